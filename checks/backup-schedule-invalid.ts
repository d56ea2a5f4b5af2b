import {
  and,
  defineCheck,
  dig,
  durationSeconds,
  type Gathered,
  isCron,
  labelOf,
  printable,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'backup-schedule-invalid',
  title: 'Velero schedule is not a valid cron expression',
  category: 'storage',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Schedule.velero.io'],
  why: 'No backup is made, or it is gone before it is needed; that shows on the day it is wanted.',
  remedy: 'Correct the expression.',
  standards: { mitre: ['T1490'] },
  peers: { kyverno: ['velero/validate-cron-schedule'] },
  run(resource) {
    const { spec } = resource.manifest;
    const name = labelOf(resource);
    const schedule = str(dig(spec, 'schedule')) ?? '';
    let found: Gathered;
    if (!isCron(schedule))
      found = and(found, {
        at: ['spec', 'schedule'],
        message: `${name} has no valid cron expression: ${printable(schedule)}.`,
      });
    if (dig(spec, 'paused') === true) found = and(found, { at: ['spec', 'paused'], message: `${name} is paused.` });
    const ttl = durationSeconds(str(dig(spec, 'template', 'ttl')) ?? '');
    if (ttl !== undefined && ttl > 0 && ttl < 86_400)
      found = and(found, {
        at: ['spec', 'template', 'ttl'],
        message: `${name} keeps its backups for less than a day.`,
      });
    return found;
  },
});
