import {
  defineCheck,
  dig,
  isKind,
  type JsonMap,
  labelSelector,
  map,
  ownerLabel,
  podLabels,
  type PodSubject,
  type Resource,
  scalarText,
  selects,
  servicesOf,
  strings,
  unlessPartial,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'metrics-scraping-missing',
  title: 'Workload is not scraped for metrics',
  category: 'observability',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'Nobody sees that it is slow, full or under attack until its users do.',
  remedy: 'Add a ServiceMonitor or PodMonitor.',
  standards: { nsa: ['Audit logging and threat detection: logging'] },
  *run(set) {
    const monitors = set.ofKind(
      'ServiceMonitor.monitoring.coreos.com',
      'PodMonitor.monitoring.coreos.com',
      'VMServiceScrape.operator.victoriametrics.com',
      'VMPodScrape.operator.victoriametrics.com',
    );
    for (const pod of set.pods) {
      if (!isKind(pod.resource, ['LongRunningWorkload']) || !pod.settable || isAnnotated(pod.metadata)) continue;
      const services = servicesOf(set, pod);
      if (services.some(({ manifest }) => isAnnotated(map(manifest.metadata)))) continue;
      if (monitors.some((monitor) => isScraped(set, monitor, pod))) continue;
      yield {
        resource: pod.resource,
        at: pod.path,
        message: `${ownerLabel(pod)} is scraped by no monitor.`,
        ...unlessPartial(set),
      };
    }
  },
});

function isAnnotated(metadata: JsonMap): boolean {
  return scalarText(dig(metadata, 'annotations', 'prometheus.io/scrape')) === 'true';
}

function isScraped(set: WorkloadSet, monitor: Resource, pod: PodSubject): boolean {
  const { selector, namespaceSelector } = map(monitor.manifest.spec);
  const wanted = labelSelector(selector);
  const names = strings(dig(namespaceSelector, 'matchNames'));
  const isNear =
    dig(namespaceSelector, 'any') === true ||
    (names.length > 0 ? names : [monitor.namespace]).includes(pod.resource.namespace);
  if (wanted === undefined || !isNear) return false;
  if (/^(?:PodMonitor|VMPodScrape)$/.test(monitor.kind)) return selects(wanted, podLabels(pod));
  return servicesOf(set, pod).some(({ manifest }) => selects(wanted, map(dig(manifest, 'metadata', 'labels'))));
}
