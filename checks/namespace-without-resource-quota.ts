import { defineCheck, hasPods, labelOf, objectsIn } from '../src/check.ts';

export default defineCheck({
  id: 'namespace-without-resource-quota',
  title: 'Namespace has no ResourceQuota',
  category: 'namespace-governance',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Namespace'],
  why: 'One workload of the namespace can use up the memory and pods of the whole cluster.',
  remedy: 'Add a ResourceQuota.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1496', 'T1499'] },
  peers: { trivy: ['KSV-0040'], kyverno: ['best-practices/add-ns-quota', 'other/namespace-inventory-check'] },
  run(resource, context) {
    const { set } = context;
    if (!hasPods(resource.name, set) || objectsIn(set.beyond?.all ?? set, resource.name, 'ResourceQuota').length > 0)
      return;
    return {
      at: ['metadata', 'name'],
      message: `${labelOf(resource)} has workloads and no ResourceQuota.`,
      ...(set.complete ? {} : { severity: 'info' }),
    };
  },
});
