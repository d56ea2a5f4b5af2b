import { defineCheck, dig, int, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'cronjob-deadline-missing',
  title: 'CronJob has no starting deadline',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['CronJob.batch'],
  why: 'A controller that was down starts missed runs however late, and after a hundred of them none at all; below ten seconds a run may be missed for good.',
  remedy: 'Set startingDeadlineSeconds.',
  peers: { 'kube-score': ['cronjob-has-deadline'] },
  run(resource) {
    const at = ['spec', 'startingDeadlineSeconds'];
    const seconds = int(dig(resource.manifest, ...at));
    if (seconds === undefined) return { at, message: `${labelOf(resource)} sets no deadline for late starts.` };
    else if (seconds < 10)
      return { at, message: `${labelOf(resource)} may miss runs: its deadline is below 10 seconds.` };
  },
});
