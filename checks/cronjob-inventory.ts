import { defineCheck, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'cronjob-inventory',
  title: 'CronJob present (review)',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['CronJob.batch'],
  why: 'A job on a schedule is how an intruder stays: it comes back after every clean-up.',
  remedy: 'Confirm the job is known.',
  standards: { mitre: ['T1053.007'] },
  peers: { kubescape: ['C-0026'] },
  run(resource) {
    return { at: ['metadata', 'name'], message: `${labelOf(resource)} runs on a schedule.` };
  },
});
