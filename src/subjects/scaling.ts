import type { Json, Resource } from '../model.ts';
import { canonicalKind, groupOf } from './kinds.ts';
import { groupBy, perSet, type WorkloadSet } from './set.ts';
import { dig, int, isMap, map, str } from './values.ts';

export const scalerKinds = ['HorizontalPodAutoscaler.autoscaling', 'ScaledObject.keda.sh'] as const;

/** What an autoscaler points at; `key` is equal for equal targets, whatever version they name. */
export interface ScaleTarget {
  kind: string;
  name: string;
  /** Kind with its group, as in `canonicalKind`. */
  kindKey: string;
  key: string;
}

/** The object that `ref` (scaleTargetRef, targetRef) of `resource` names; undefined when it names none. */
export function scaleTarget(resource: Resource, ref: Json | undefined): ScaleTarget | undefined {
  if (!isMap(ref)) return undefined;
  const name = str(ref.name);
  // KEDA leaves the kind out for Deployments.
  const keda = resource.kind === 'ScaledObject';
  const kind = str(ref.kind) ?? (keda ? 'Deployment' : undefined);
  if (name === undefined || name === '' || kind === undefined || kind === '') return undefined;
  const apiVersion = str(ref.apiVersion) ?? (keda ? 'apps/v1' : '');
  const kindKey = targetKind(kind, apiVersion);
  return { kind, name, kindKey, key: JSON.stringify([resource.namespace, kindKey, name]) };
}

/** A reference without a group, or with the version alone, means the group that serves the kind today. */
function targetKind(kind: string, apiVersion: string): string {
  const key = canonicalKind({ apiVersion, kind });
  return groupOf(apiVersion) === '' && appsKinds.has(kind) ? `${kind}.apps` : key;
}

const appsKinds = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet']);

/** Kinds whose absence can be told: all others may be defined by anyone. */
export function isKnownTarget(target: ScaleTarget): boolean {
  return knownTargets.has(target.kindKey);
}

const knownTargets = new Set([
  'Deployment.apps',
  'StatefulSet.apps',
  'ReplicaSet.apps',
  'DaemonSet.apps',
  'ReplicationController',
  'CronJob.batch',
  'Job.batch',
  'DeploymentConfig.apps.openshift.io',
  'Rollout.argoproj.io',
]);

const scalersByTarget = perSet((set: WorkloadSet) =>
  groupBy(set.ofKind(...scalerKinds), (scaler) => scaleTarget(scaler, scaleTargetRef(scaler))?.key),
);

export function scaleTargetRef(scaler: Resource): Json | undefined {
  return dig(scaler.manifest, 'spec', 'scaleTargetRef');
}

/** The autoscalers that target the object: those of the set, else those beyond it. */
export function scalersOf(set: WorkloadSet, resource: Resource): readonly Resource[] {
  const { beyond } = set;
  if (resource.name === '' || (scalersByTarget(set).size === 0 && beyond === undefined)) return unscaled;
  const key = JSON.stringify([resource.namespace, canonicalKind(resource), resource.name]);
  const found = scalersByTarget(set).get(key);
  if (found !== undefined || beyond === undefined) return found ?? [];
  return (
    scalersByTarget(beyond.all)
      .get(key)
      ?.filter((one) => beyond.meets(one)) ?? []
  );
}

const unscaled: readonly Resource[] = [];

/** Autoscalers grouped by what they target. */
export function scalerGroups(set: WorkloadSet): Iterable<readonly Resource[]> {
  return scalersByTarget(set).values();
}

/** The lower bound an autoscaler keeps: 1 for an HPA and 0 for KEDA when it names none. */
export function minReplicas(scaler: Resource): number {
  const spec = map(scaler.manifest.spec);
  return scaler.kind === 'ScaledObject' ? (int(spec.minReplicaCount) ?? 0) : (int(spec.minReplicas) ?? 1);
}

/** `spec.replicas`, 1 when it is unset; undefined when it is set to something that is not a number. */
export function replicasOf(resource: Resource): number | undefined {
  const value = map(resource.manifest.spec).replicas;
  return value === undefined || value === null ? 1 : int(value);
}

/** The fewest pods the workload runs with: what its autoscalers keep, else its own replicas. */
export function fewestReplicas(set: WorkloadSet, resource: Resource): number | undefined {
  const scalers = scalersOf(set, resource);
  return scalers.length === 0 ? replicasOf(resource) : Math.min(...scalers.map((scaler) => minReplicas(scaler)));
}

/** A count or percentage of `replicas`, rounded up as the disruption controller does; undefined when it is neither. */
export function countOf(value: Json | undefined, replicas: number): number | undefined {
  const percent = percentOf(value);
  return percent === undefined ? int(value) : Math.ceil((percent * replicas) / 100);
}

/** The number of `50%`. */
export function percentOf(value: Json | undefined): number | undefined {
  const digits = typeof value === 'string' ? /^(\d{1,9})%$/.exec(value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}
