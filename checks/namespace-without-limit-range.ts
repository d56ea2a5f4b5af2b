import { defineCheck, hasPods, labelOf, objectsIn } from '../src/check.ts';

export default defineCheck({
  id: 'namespace-without-limit-range',
  title: 'Namespace has no LimitRange',
  category: 'namespace-governance',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Namespace'],
  why: 'Containers that state no limits run without any and can starve their neighbours.',
  remedy: 'Add a LimitRange with container defaults.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1496'] },
  peers: { trivy: ['KSV-0039'], kyverno: ['best-practices/add-ns-quota'] },
  run(resource, context) {
    const { set } = context;
    if (!hasPods(resource.name, set) || objectsIn(set.beyond?.all ?? set, resource.name, 'LimitRange').length > 0)
      return;
    return {
      at: ['metadata', 'name'],
      message: `${labelOf(resource)} has workloads and no LimitRange.`,
      ...(set.complete ? {} : { severity: 'info' }),
    };
  },
});
