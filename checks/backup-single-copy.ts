import { defineCheck, dig, labelOf, list, str } from '../src/check.ts';

export default defineCheck({
  id: 'backup-single-copy',
  title: 'Backups have no second or off-site copy',
  category: 'storage',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'Whoever deletes or encrypts that one place takes the data and its backup in one go.',
  remedy: 'Export to another location.',
  standards: { mitre: ['T1490'] },
  peers: { kyverno: ['kasten/kasten-3-2-1-backup'] },
  *run(set) {
    for (const resource of set.ofKind('Policy.config.kio.kasten.io')) {
      const actions = list(dig(resource.manifest, 'spec', 'actions')).map((action) => dig(action, 'action'));
      const [makes, exports] = [actions.includes('backup'), actions.includes('export')];
      if (makes === exports) continue;
      const fault = makes ? 'keeps its backups in one place' : 'exports backups and makes none';
      yield { resource, at: ['spec', 'actions'], message: `${labelOf(resource)} ${fault}.` };
    }
    const schedules = set.ofKind('Schedule.velero.io');
    const known = set.ofKind('BackupStorageLocation.velero.io');
    const usual = known.find(({ manifest }) => dig(manifest, 'spec', 'default') === true)?.name ?? 'default';
    const places = new Set(schedules.map((schedule) => str(dig(schedule.manifest, ...location)) ?? usual));
    if (places.size > 1) return;
    // Away from the only place that is known is a second one.
    const [only, second] = known;
    if (only !== undefined && second === undefined && !places.has(usual) && !places.has(only.name)) return;
    for (const resource of schedules)
      yield { resource, at: location, message: `${labelOf(resource)} keeps its backups in one place.` };
  },
});

const location = ['spec', 'template', 'storageLocation'];
