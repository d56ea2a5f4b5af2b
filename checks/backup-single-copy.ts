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
      if (actions.includes('backup') && !actions.includes('export'))
        yield { resource, at: ['spec', 'actions'], message: `${labelOf(resource)} keeps its backups in one place.` };
    }
    const schedules = set.ofKind('Schedule.velero.io');
    const places = schedules.map((schedule) => str(dig(schedule.manifest, ...location)) ?? 'default');
    if (new Set(places).size > 1) return;
    for (const resource of schedules)
      yield { resource, at: location, message: `${labelOf(resource)} keeps its backups in one place.` };
  },
});

const location = ['spec', 'template', 'storageLocation'];
