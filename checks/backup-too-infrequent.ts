import { and, defineCheck, dig, durationSeconds, type Gathered, labelOf, numberOption, str } from '../src/check.ts';

export default defineCheck({
  id: 'backup-too-infrequent',
  title: 'Backups run too rarely or are kept too briefly',
  category: 'storage',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Schedule.velero.io', 'Policy.config.kio.kasten.io'],
  why: 'What was written since the last backup is lost, and what was deleted before the oldest one cannot be brought back.',
  remedy: 'Raise frequency or retention.',
  standards: { mitre: ['T1490'] },
  peers: { kyverno: ['kasten/kasten-hourly-rpo', 'kasten/k10-hourly-rpo', 'kasten/kasten-minimum-retention'] },
  options: {
    label: {
      type: 'string',
      describe: 'Only backups with this label, as KEY or KEY=VALUE; all when empty.',
      default: '',
    },
    'max-hours': { type: 'number', describe: 'Most hours between backups; 0 for any.', default: 0, min: 0 },
    'min-retention-hours': {
      type: 'number',
      describe: 'Hours that backups must be kept; 0 for any.',
      default: 0,
      min: 0,
    },
  },
  run(resource, { options }) {
    const [key = '', wanted] = (str(options.label) ?? '').split('=');
    const value = dig(resource.manifest, 'metadata', 'labels', key);
    if (key !== '' && (value === undefined || (wanted !== undefined && value !== wanted))) return;
    const most = numberOption(options, 'max-hours');
    const field = resource.kind === 'Schedule' ? ['spec', 'schedule'] : ['spec', 'frequency'];
    const text = str(dig(resource.manifest, ...field)) ?? '';
    const hours = intervalHours(text);
    let found: Gathered;
    if (most > 0 && hours !== undefined && hours > most)
      found = and(found, {
        at: field,
        message: `${labelOf(resource)} runs ${text}, which is less often than every ${most} hours.`,
      });
    const least = numberOption(options, 'min-retention-hours');
    const kept = durationSeconds(str(dig(resource.manifest, 'spec', 'template', 'ttl')) ?? '');
    if (resource.kind === 'Schedule' && kept !== undefined && kept < least * 3600)
      found = and(found, {
        at: ['spec', 'template', 'ttl'],
        message: `${labelOf(resource)} keeps backups for less than ${least} hours.`,
      });
    return found;
  },
});

const named = new Map<string, number>(
  Object.entries({
    '@hourly': 1,
    '@daily': 24,
    '@midnight': 24,
    '@weekly': 168,
    '@monthly': 720,
    '@yearly': 8760,
    '@annually': 8760,
  }),
);

/** Hours from one run to the next, for the forms that people write; undefined for others. */
function intervalHours(schedule: string): number | undefined {
  if (schedule.startsWith('@every ')) {
    const seconds = durationSeconds(schedule.slice('@every '.length).trim());
    return seconds === undefined ? undefined : seconds / 3600;
  }
  const word = named.get(schedule);
  if (word !== undefined) return word;
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute = '', hour = '', day, month, weekday] = fields;
  if (month !== '*') return 8760;
  if (day !== '*') return 720;
  if (weekday !== '*') return 168 / count(weekday ?? '', 7);
  if (hour !== '*') return 24 / count(hour, 24);
  return 1 / count(minute, 60);
}

/** How often a field comes true in a round of `size`. */
function count(field: string, size: number): number {
  const step = /^\*\/(\d{1,2})$/.exec(field)?.[1];
  if (step !== undefined) return Math.max(1, size / Number(step));
  return field === '*' ? size : field.split(',').length;
}
