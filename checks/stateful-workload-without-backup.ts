import { defineCheck, dig, isSystemNamespace, list, strings, whereIn, type Json, type Resource } from '../src/check.ts';
import { absent, claimsOf, isKind, labelOf, unlessPartial } from '../src/check.ts';

export default defineCheck({
  id: 'stateful-workload-without-backup',
  title: 'Stateful data has no backup schedule',
  category: 'storage',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'What is deleted or encrypted there cannot be brought back.',
  remedy: 'Add a Schedule that covers the namespace.',
  standards: { mitre: ['T1490', 'T1485'] },
  peers: {
    kyverno: [
      'velero/backup-all-volumes',
      'kasten/kasten-data-protection-by-label',
      'kasten/k10-data-protection-by-label',
      'kasten/kasten-generate-example-backup-policy',
      'kasten/kasten-generate-policy-by-preset-label',
    ],
  },
  *run(set) {
    const schedules = set.ofKind('Schedule.velero.io', 'Policy.config.kio.kasten.io');
    // Where no schedule is kept among the manifests, backups are made elsewhere.
    if (schedules.length === 0) return;
    const told = new Set<string>();
    for (const resource of set.ofKind('PersistentVolumeClaim', 'StatefulSet.apps')) {
      const { namespace } = resource;
      if (isSystemNamespace(namespace) || claimsOf(resource).length === 0 || told.has(namespace)) continue;
      if (schedules.some((schedule) => covers(schedule, namespace))) continue;
      told.add(namespace);
      yield {
        resource,
        at: isKind(resource, ['StatefulSet.apps']) ? ['spec', 'volumeClaimTemplates'] : ['spec'],
        message: `No backup takes in what ${labelOf(resource)} keeps${whereIn(namespace)}.`,
        ...unlessPartial(set),
      };
    }
  },
});

function covers({ kind, manifest }: Resource, namespace: string): boolean {
  if (dig(manifest, 'spec', 'paused') === true) return false;
  if (kind === 'Schedule') {
    const template = dig(manifest, 'spec', 'template');
    const names = strings(dig(template, 'includedNamespaces'));
    const isIncluded = names.length === 0 || names.includes('*') || names.includes(namespace);
    // Of a part of the objects it cannot be told which.
    return isIncluded && !strings(dig(template, 'excludedNamespaces')).includes(namespace) && savesVolumes(template);
  }
  const actions = list(dig(manifest, 'spec', 'actions')).map((action) => dig(action, 'action'));
  const selector = dig(manifest, 'spec', 'selector');
  if (!actions.includes('backup')) return false;
  if (absent(selector)) return true;
  const asked = list(dig(selector, 'matchExpressions')).filter(
    (one) => dig(one, 'key') === 'k10.kasten.io/appNamespace',
  );
  return (
    asked.length === 0 ||
    asked.some((one) => strings(dig(one, 'values')).some((name) => name === namespace || name === '*'))
  );
}

function savesVolumes(template: Json | undefined): boolean {
  return dig(template, 'snapshotVolumes') !== false || dig(template, 'defaultVolumesToFsBackup') === true;
}
