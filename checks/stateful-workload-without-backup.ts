import { absent, claimsOf, defineCheck, dig, isKind, isSystemNamespace, labelOf, labelSelector } from '../src/check.ts';
import { list, map, matchesAny, perSet, podLabels, podsOf, selects, str, strings } from '../src/check.ts';
import type { Json, JsonMap, PodSubject, Resource, WorkloadSet } from '../src/check.ts';
import { unlessPartial, volumesOf, whereIn } from '../src/check.ts';

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
      if (schedules.some((schedule) => covers(set, schedule, resource))) continue;
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

function covers(set: WorkloadSet, schedule: Resource, kept: Resource): boolean {
  const { manifest } = schedule;
  const { namespace } = kept;
  if (dig(manifest, 'spec', 'paused') === true) return false;
  if (isKind(schedule, nearKinds)) return schedule.namespace === namespace;
  if (schedule.kind === 'Schedule') {
    const template = dig(manifest, 'spec', 'template');
    const names = strings(dig(template, 'includedNamespaces'));
    const isIncluded = names.length === 0 || matchesAny(namespace, names);
    if (!isIncluded || matchesAny(namespace, strings(dig(template, 'excludedNamespaces')))) return false;
    const pods = holdersOf(set, kept);
    return takes(template, kept, pods) && (savesVolumes(template) || pods.some(asksForFiles));
  }
  const actions = list(dig(manifest, 'spec', 'actions')).map((action) => dig(action, 'action'));
  if (!actions.includes('backup')) return false;
  const asked = labelSelector(dig(manifest, 'spec', 'selector'))?.requirements.filter(
    ({ key }) => key === 'k10.kasten.io/appNamespace',
  );
  return asked === undefined || asked.every(({ values }) => matchesAny(namespace, values));
}

/** Whether Velero takes the claims: by their own labels, or by those of a pod that uses them. */
function takes(template: Json | undefined, kept: Resource, pods: readonly PodSubject[]): boolean {
  const selectors = [dig(template, 'labelSelector'), ...list(dig(template, 'orLabelSelectors'))].flatMap(
    (written) => labelSelector(written) ?? [],
  );
  if (selectors.length === 0) return true;
  const isTaken = (labels: JsonMap): boolean => selectors.some((selector) => selects(selector, labels));
  return pods.some((pod) => isTaken(podLabels(pod))) || claimLabels(kept).every(isTaken);
}

/** The labels of a claim; a StatefulSet gives its claims those it selects its pods by. */
function claimLabels({ kind, manifest }: Resource): JsonMap[] {
  if (kind === 'PersistentVolumeClaim') return [map(dig(manifest, 'metadata', 'labels'))];
  const given = map(dig(manifest, 'spec', 'selector', 'matchLabels'));
  return list(dig(manifest, 'spec', 'volumeClaimTemplates')).map((claim) => ({
    ...map(dig(claim, 'metadata', 'labels')),
    ...given,
  }));
}

function savesVolumes(template: Json | undefined): boolean {
  const wholly = ['defaultVolumesToFsBackup', 'defaultVolumesToRestic'];
  return dig(template, 'snapshotVolumes') !== false || wholly.some((field) => dig(template, field) === true);
}

/** Whether the pod names the volumes which Velero saves where it takes no snapshots. */
function asksForFiles({ metadata }: PodSubject): boolean {
  return !absent(dig(metadata, 'annotations', 'backup.velero.io/backup-volumes'));
}

/** The pods that use a claim, or those of the StatefulSet that makes it. */
function holdersOf(set: WorkloadSet, kept: Resource): readonly PodSubject[] {
  if (kept.kind !== 'PersistentVolumeClaim') return podsOf(kept);
  return holders(set).get(`${kept.namespace}/${kept.name}`) ?? [];
}

const holders = perSet((set) => {
  const found = new Map<string, PodSubject[]>();
  for (const pod of set.pods)
    for (const { spec } of volumesOf(pod)) {
      const claim = str(dig(spec, 'persistentVolumeClaim', 'claimName'));
      if (claim === undefined) continue;
      const key = `${pod.resource.namespace}/${claim}`;
      const there = found.get(key);
      if (there === undefined) found.set(key, [pod]);
      else there.push(pod);
    }
  return found;
});
