import {
  defineCheck,
  dig,
  externalOption,
  isExternal,
  labelOf,
  labelSelector,
  map,
  type Resource,
  type Selector,
  selects,
  selectsAny,
  servicesByLabel,
  spec,
  strings,
  unlessHidden,
  type WorkloadSet,
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
  options: externalOption,
  *run(set, { options }) {
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
      if (isExternal(options, resource.namespace, resource.name)) continue;
      yield {
        resource,
        at,
        message: `${labelOf(resource)} selects no ${resource.kind === 'PodMonitor' ? 'pod' : 'Service'}.`,
        ...unlessHidden(set),
      };
    }
  },
});

/** Services that no manifest makes: those of Kubernetes itself, and that of the kubelets, by the Prometheus Operator. */
const ofCluster: readonly { namespace: string; labels: Record<string, string> }[] = [
  { namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true' } },
  {
    namespace: 'kube-system',
    labels: {
      'k8s-app': 'kubelet',
      'app.kubernetes.io/name': 'kubelet',
      'app.kubernetes.io/managed-by': 'prometheus-operator',
    },
  },
];

function isMet(
  set: WorkloadSet,
  monitor: Resource,
  wanted: Selector,
  namespaces: readonly string[] | undefined,
): boolean {
  if (monitor.kind === 'PodMonitor')
    return (namespaces ?? [undefined]).some((namespace) => selectsAny(set, namespace, wanted));
  const isThere = ({ namespace, labels }: (typeof ofCluster)[number]): boolean =>
    (namespaces?.includes(namespace) ?? true) && selects(wanted, labels);
  if (ofCluster.some((one) => isThere(one))) return true;
  const { beyond } = set;
  return (namespaces ?? [undefined]).some(
    (namespace) =>
      servicesByLabel(set)(namespace, wanted).length > 0 ||
      (beyond !== undefined && servicesByLabel(beyond.all)(namespace, wanted).some((one) => beyond.meets(one))),
  );
}
