import { canMeet, defineCheck, labelOf, scalerGroups } from '../src/check.ts';

export default defineCheck({
  id: 'hpa-duplicate',
  title: 'Two autoscalers target one workload',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Two autoscalers pull the count of one workload in two directions.',
  remedy: 'Merge them.',
  peers: { kyverno: ['other/prevent-duplicate-hpa'] },
  *run(set) {
    for (const scalers of scalerGroups(set))
      for (const [index, resource] of scalers.entries()) {
        const first = scalers.slice(0, index).find((one) => canMeet(set, one, resource));
        if (first !== undefined)
          yield {
            resource,
            at: ['spec', 'scaleTargetRef'],
            message: `${labelOf(resource)} scales what ${labelOf(first)} scales already.`,
          };
      }
  },
});
