import { and, defineCheck, dig, type Gathered, ints, ownerLabel, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'supplemental-groups-not-allowed',
  title: 'Supplemental group outside the permitted ranges',
  category: 'workload-hardening',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'The process reads files of groups that belong to somebody else.',
  remedy: 'Use group IDs from the assigned range.',
  standards: { nsa: ['Kubernetes Pod security: non-root containers'] },
  peers: { kyverno: ['psp-migration/check-supplemental-groups'] },
  options: { ranges: { type: 'strings', describe: 'Group IDs that may be taken, as 100 or 100-200.', default: [] } },
  run(pod, { options }) {
    const ranges = textOption(options.ranges).map((range) => range.split('-').map(Number));
    if (ranges.length === 0) return;
    let found: Gathered;
    for (const { value, index } of ints(dig(pod.spec, 'securityContext', 'supplementalGroups')))
      if (!ranges.some(([from = Number.NaN, to = from]) => value >= from && value <= to))
        found = and(found, {
          at: pod.at('securityContext', 'supplementalGroups', index),
          message: `${ownerLabel(pod)} takes the supplemental group ${value}.`,
        });
    return found;
  },
});
