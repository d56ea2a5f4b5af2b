import {
  defineCheck,
  externalOption,
  isExternal,
  labelOf,
  map,
  podsBehind,
  spec,
  str,
  unlessHidden,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'statefulset-service-invalid',
  title: 'StatefulSet governing Service is missing or not headless',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'The pods get no stable names in DNS, so members of the set do not find each other.',
  remedy: 'Add the headless Service.',
  peers: { 'kube-score': ['statefulset-has-servicename'] },
  options: externalOption,
  *run(set, { options }) {
    for (const resource of set.ofKind('StatefulSet.apps')) {
      const name = str(map(spec(resource)).serviceName) ?? '';
      const at = ['spec', 'serviceName'];
      if (name === '') {
        yield { resource, at, message: `${labelOf(resource)} names no Service.` };
        continue;
      }
      if (isExternal(options, resource.namespace, name)) continue;
      const services = set.find('Service', resource.namespace, name);
      if (services.length === 0)
        yield {
          resource,
          at,
          message: `${labelOf(resource)} names Service "${name}", which is not there${whereIn(resource.namespace)}.`,
          ...unlessHidden(set),
        };
      else if (!services.some((service) => map(spec(service)).clusterIP === 'None'))
        yield { resource, at, message: `${labelOf(resource)} names Service "${name}", which is not headless.` };
      else if (!services.some((service) => podsBehind(set, service).some((pod) => pod.resource === resource)))
        yield {
          resource,
          at,
          message: `${labelOf(resource)} names Service "${name}", which does not select its pods.`,
        };
    }
  },
});
