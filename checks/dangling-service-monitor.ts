import {
  type Resource,
  type Selector,
  type WorkloadSet,
  defineCheck,
  dig,
  labelOf,
  labelSelector,
  map,
  selectsAny,
  servicesByLabel,
  spec,
  strings,
  unlessHidden,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-service-monitor',
  title: 'Monitor selects nothing',
  category: 'reliability',
  severity: 'low',
  default: 'on',
  on: 'workloads',
  why: 'Nothing is scraped, so the alerts that rest on it never fire.',
  remedy: 'Correct the selector.',
  peers: { 'kube-linter': ['dangling-servicemonitor'] },
  *run(set) {
    for (const resource of set.ofKind('ServiceMonitor.monitoring.coreos.com', 'PodMonitor.monitoring.coreos.com')) {
      const { selector, namespaceSelector } = map(spec(resource));
      const at = ['spec', 'selector'];
      const wanted = labelSelector(selector);
      const everywhere = dig(namespaceSelector, 'any') === true;
      const names = strings(dig(namespaceSelector, 'matchNames'));
      if ((wanted?.requirements.length ?? 0) === 0 && !everywhere && names.length === 0) {
        yield { resource, at, message: `${labelOf(resource)} selects nothing in particular.` };
        continue;
      }
      const namespaces = everywhere ? undefined : names.length > 0 ? names : [resource.namespace];
      if (wanted !== undefined && isMet(set, resource, wanted, namespaces)) continue;
      yield {
        resource,
        at,
        message: `${labelOf(resource)} selects no ${resource.kind === 'PodMonitor' ? 'pod' : 'Service'}.`,
        ...unlessHidden(set),
      };
    }
  },
});

function isMet(
  set: WorkloadSet,
  monitor: Resource,
  wanted: Selector,
  namespaces: readonly string[] | undefined,
): boolean {
  if (monitor.kind === 'PodMonitor')
    return (namespaces ?? [undefined]).some((namespace) => selectsAny(set, namespace, wanted));
  const { beyond } = set;
  return (namespaces ?? [undefined]).some(
    (namespace) =>
      servicesByLabel(set)(namespace, wanted).length > 0 ||
      (beyond !== undefined && servicesByLabel(beyond.all)(namespace, wanted).some((one) => beyond.meets(one))),
  );
}
