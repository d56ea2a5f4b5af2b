import { absent, defineCheck, dig, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'cronjob-concurrency-unbounded',
  title: 'CronJob runs may overlap without limit',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['CronJob.batch'],
  why: 'When a run hangs, the next ones start beside it until they have used up the namespace.',
  remedy: 'Use Forbid or Replace.',
  standards: { mitre: ['T1499'] },
  run(resource) {
    const at = ['spec', 'concurrencyPolicy'];
    const policy = dig(resource.manifest, ...at);
    if (!absent(policy) && policy !== '' && policy !== 'Allow') return;
    const bounds = ['activeDeadlineSeconds', 'backoffLimit'];
    if (bounds.some((field) => !absent(dig(resource.manifest, 'spec', 'jobTemplate', 'spec', field)))) return;
    return { at, message: `Runs of ${labelOf(resource)} may overlap, and nothing ends one that hangs.` };
  },
});
