import { defineCheck, isSystemNamespace, judgedNamespaces, printable, unlessPartial } from '../src/check.ts';

export default defineCheck({
  id: 'alert-rule-missing',
  title: 'No alert rule covers the namespace',
  category: 'observability',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'Metrics that nobody is woken by are looked at when it is too late.',
  remedy: 'Add a PrometheusRule.',
  standards: { nsa: ['Audit logging and threat detection: logging'] },
  *run(set) {
    // Where the operator is not used, alerts are kept elsewhere.
    if (set.ofKind('*.monitoring.coreos.com').length === 0) return;
    const words = new Set(
      set
        .ofKind('PrometheusRule.monitoring.coreos.com')
        .flatMap((rule) => [
          rule.namespace,
          ...printable(rule.manifest.spec, Number.POSITIVE_INFINITY).split(/[^\w.-]+/),
        ]),
    );
    for (const { name, resource, at, label } of judgedNamespaces(set)) {
      const workloads = set.pods.map((pod) => pod.resource).filter(({ namespace }) => namespace === name);
      if (workloads.length === 0 || isSystemNamespace(name)) continue;
      if (words.has(name) || workloads.some((workload) => words.has(workload.name))) continue;
      yield {
        resource,
        at,
        message: `${label} has workloads, and no alert rule names it or them.`,
        ...unlessPartial(set),
      };
    }
  },
});
