import { and, defineCheck, dig, durationSeconds, type Gathered, int, isMap, labelOf } from '../src/check.ts';
import { longestIntervalHours, numberOption, type Resource, str } from '../src/check.ts';

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
    const hours = longestIntervalHours(text);
    let found: Gathered;
    if (most > 0 && hours !== undefined && hours > most)
      found = and(found, {
        at: field,
        message: `${labelOf(resource)} runs ${text}, which is less often than every ${most} hours.`,
      });
    const least = numberOption(options, 'min-retention-hours');
    const kept = resource.kind === 'Schedule' ? timeToLive(resource) : retention(resource);
    if (kept !== undefined && kept < least)
      found = and(found, {
        at: resource.kind === 'Schedule' ? ['spec', 'template', 'ttl'] : ['spec', 'retention'],
        message: `${labelOf(resource)} keeps backups for less than ${least} hours.`,
      });
    return found;
  },
});

/** Hours for which Velero keeps a backup: 30 days unless told otherwise. */
function timeToLive({ manifest }: Resource): number | undefined {
  const seconds = durationSeconds(str(dig(manifest, 'spec', 'template', 'ttl')) ?? '720h');
  return seconds === undefined ? undefined : seconds / 3600;
}

const rounds = { hourly: 1, daily: 24, weekly: 168, monthly: 720, yearly: 8760 };

/** Hours for which Kasten keeps the oldest backup: so many of each kind. */
function retention({ manifest }: Resource): number | undefined {
  const kept = dig(manifest, 'spec', 'retention');
  if (!isMap(kept)) return undefined;
  return Math.max(...Object.entries(rounds).map(([round, hours]) => (int(kept[round]) ?? 0) * hours));
}
