import { defineCheck, hasPods, labelOf, objectsIn, unlessPartial } from '../src/check.ts';

export default defineCheck({
  id: 'namespace-without-service-account',
  title: 'Namespace has no service account of its own',
  category: 'rbac',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'All applications of the namespace run as one account, so a right that one of them needs is given to all.',
  remedy: 'Add a service account per application.',
  standards: { nsa: ['Kubernetes Pod security: protecting Pod service account tokens'], cis: ['5.1.5'] },
  peers: { kubescape: ['C-0189'] },
  *run(set) {
    for (const resource of set.ofKind('Namespace')) {
      if (!hasPods(resource.name, set)) continue;
      const own = objectsIn(set, resource.name, 'ServiceAccount').some((account) => account.name !== 'default');
      if (!own)
        yield {
          resource,
          at: ['metadata', 'name'],
          message: `${labelOf(resource)} has workloads and no service account but default.`,
          ...unlessPartial(set),
        };
    }
  },
});
