import { defineCheck, labelOf, scalersOf, unlessPartial } from '../src/check.ts';

export default defineCheck({
  id: 'hpa-missing',
  title: 'No autoscaler for the workload',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'The number of pods does not follow the load.',
  remedy: 'Add an HPA.',
  peers: { kyverno: ['other/check-hpa-exists'] },
  *run(set) {
    for (const resource of set.ofKind('Deployment.apps', 'StatefulSet.apps'))
      if (scalersOf(set, resource).length === 0)
        yield {
          resource,
          at: ['spec', 'replicas'],
          message: `${labelOf(resource)} is scaled by nothing.`,
          ...unlessPartial(set),
        };
  },
});
