import {
  defineCheck,
  dig,
  externalOption,
  ingressBackends,
  isExternal,
  labelOf,
  type Resource,
  servicePorts,
  serviceType,
  unlessHidden,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-ingress',
  title: 'Ingress backend Service or port does not exist',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Requests for such a path end in an error, because nothing stands behind it.',
  remedy: 'Correct the name or port.',
  peers: {
    'kube-linter': ['dangling-ingress'],
    'kube-score': ['ingress-targets-service'],
    kubescape: ['C-0298'],
    monokle: ['LNK001'],
  },
  options: externalOption,
  *run(set, { options }) {
    for (const resource of set.ofKind('Ingress.networking.k8s.io'))
      for (const { service, port, at } of ingressBackends(resource)) {
        if (isAction(resource, service, port) || isExternal(options, resource.namespace, service)) continue;
        const found = set.find('Service', resource.namespace, service);
        if (found.length === 0)
          yield {
            resource,
            at,
            message: `${labelOf(resource)} sends traffic to Service "${service}", which is not there${whereIn(resource.namespace)}.`,
            ...unlessHidden(set),
          };
        else if (port !== undefined && !found.some((one) => serviceType(one) === 'ExternalName' || hasPort(one, port)))
          yield {
            resource,
            at,
            message: `${labelOf(resource)} sends traffic to port ${port} of Service "${service}", which it does not have.`,
          };
      }
  },
});

function hasPort(service: Resource, port: number | string): boolean {
  return servicePorts(service).some((one) => one.port === port || (one.name !== '' && one.name === port));
}

/** The AWS controller takes what to do from an annotation: the backend names that, and no Service. */
function isAction(ingress: Resource, name: string, port: number | string | undefined): boolean {
  const action = dig(ingress.manifest, 'metadata', 'annotations', `alb.ingress.kubernetes.io/actions.${name}`);
  return port === 'use-annotation' && action !== undefined;
}
