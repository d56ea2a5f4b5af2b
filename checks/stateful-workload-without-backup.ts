import { absent, claimsOf, defineCheck, dig, isKind, isSystemNamespace, labelOf, labelSelector } from '../src/check.ts';
import { list, matchesAny, perSet, strings, unlessPartial, whereIn } from '../src/check.ts';
import type { Json, Resource, WorkloadSet } from '../src/check.ts';

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
    const schedules = set.ofKind('Schedule.velero.io', 'Policy.config.kio.kasten.io', ...nearKinds);
    // Where no schedule is kept among the manifests, backups are made elsewhere.
    if (schedules.length === 0) return;
    const told = new Set<string>();
    for (const resource of set.ofKind('PersistentVolumeClaim', 'StatefulSet.apps')) {
      const { namespace } = resource;
      if (isSystemNamespace(namespace) || claimsOf(resource).length === 0 || told.has(namespace)) continue;
      if (schedules.some((schedule) => covers(set, schedule, namespace))) continue;
      told.add(namespace);
      yield {
        resource,
        at: isKind(resource, ['StatefulSet.apps']) ? ['spec', 'volumeClaimTemplates'] : ['spec'],
        message: `${labelOf(resource)}: no backup takes in what it keeps${whereIn(namespace)}.`,
        ...unlessPartial(set),
      };
    }
  },
});

/** Schedules that are for the namespace they are in. */
const nearKinds = [
  'BackupConfiguration.stash.appscode.com',
  'BackupConfiguration.core.kubestash.com',
  'SnapshotSchedule.snapscheduler.backube',
  'ReplicationSource.volsync.backube',
  'Schedule.k8up.io',
];

function covers(set: WorkloadSet, schedule: Resource, namespace: string): boolean {
  const { manifest } = schedule;
  if (dig(manifest, 'spec', 'paused') === true) return false;
  if (isKind(schedule, nearKinds)) return schedule.namespace === namespace;
  if (schedule.kind === 'Schedule') {
    const template = dig(manifest, 'spec', 'template');
    const names = strings(dig(template, 'includedNamespaces'));
    const isIncluded = names.length === 0 || matchesAny(namespace, names);
    // Of a part of the objects it cannot be told which.
    if (!isIncluded || matchesAny(namespace, strings(dig(template, 'excludedNamespaces')))) return false;
    return savesVolumes(template) || askingNamespaces(set).has(namespace);
  }
  const actions = list(dig(manifest, 'spec', 'actions')).map((action) => dig(action, 'action'));
  if (!actions.includes('backup')) return false;
  const asked = labelSelector(dig(manifest, 'spec', 'selector'))?.requirements.filter(
    ({ key }) => key === 'k10.kasten.io/appNamespace',
  );
  return asked === undefined || asked.every(({ values }) => matchesAny(namespace, values));
}

function savesVolumes(template: Json | undefined): boolean {
  const wholly = ['defaultVolumesToFsBackup', 'defaultVolumesToRestic'];
  return dig(template, 'snapshotVolumes') !== false || wholly.some((field) => dig(template, field) === true);
}

/** Namespaces with pods that name the volumes which Velero saves where it takes no snapshots. */
const askingNamespaces = perSet(
  (set) =>
    new Set(
      set.pods
        .filter(({ metadata }) => !absent(dig(metadata, 'annotations', 'backup.velero.io/backup-volumes')))
        .map(({ resource }) => resource.namespace),
    ),
);
