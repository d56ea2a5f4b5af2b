import {
  defineCheck,
  dig,
  externalOption,
  groupBy,
  hasSelector,
  isExternal,
  labelOf,
  perSet,
  podsBehind,
  type Resource,
  serviceType,
  unlessHidden,
  whereIn,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-service',
  title: 'Service selects no pods',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Nothing answers behind the Service, so every connection to it fails.',
  remedy: 'Correct the selector.',
  peers: {
    'kube-linter': ['dangling-service'],
    'kube-score': ['service-targets-pod'],
    kubescape: ['C-0293'],
    monokle: ['LNK001'],
  },
  options: externalOption,
  *run(set, { options }) {
    for (const resource of set.ofKind('Service')) {
      if (serviceType(resource) === 'ExternalName' || isExternal(options, resource.namespace, resource.name)) continue;
      if (!hasSelector(resource)) {
        if (!hasEndpoints(set, resource))
          yield {
            resource,
            at: ['spec', 'selector'],
            message: `${labelOf(resource)} has no selector and no endpoints.`,
            severity: 'info',
          };
      } else if (!hasPods(set, resource))
        yield {
          resource,
          at: ['spec', 'selector'],
          message: `${labelOf(resource)} selects no pod${whereIn(resource.namespace)}.`,
          ...unlessHidden(set),
        };
    }
  },
});

function hasPods(set: WorkloadSet, service: Resource): boolean {
  const { beyond } = set;
  if (podsBehind(set, service).length > 0) return true;
  return beyond !== undefined && podsBehind(beyond.all, service).some((pod) => beyond.meets(pod.resource));
}

const slicesByService = perSet((set) =>
  groupBy(set.ofKind('EndpointSlice.discovery.k8s.io'), (slice) =>
    JSON.stringify([slice.namespace, dig(slice.manifest, 'metadata', 'labels', 'kubernetes.io/service-name') ?? null]),
  ),
);

function hasEndpoints(set: WorkloadSet, service: Resource): boolean {
  return (
    set.find('Endpoints', service.namespace, service.name).length > 0 ||
    slicesByService(set).has(JSON.stringify([service.namespace, service.name]))
  );
}
