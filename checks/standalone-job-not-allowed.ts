import { defineCheck, dig, labelOf, list } from '../src/check.ts';

export default defineCheck({
  id: 'standalone-job-not-allowed',
  title: 'Job is not created by a CronJob',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Job.batch'],
  why: 'A Job that nothing owns is not started again, and nothing cleans it up.',
  remedy: 'Use a CronJob.',
  peers: { kyverno: ['other/restrict-jobs'] },
  run(resource) {
    if (list(dig(resource.manifest, 'metadata', 'ownerReferences')).length === 0)
      return { at: ['kind'], message: `${labelOf(resource)} belongs to no CronJob.` };
  },
});
