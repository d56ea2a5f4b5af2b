import type { Resource } from '../model.ts';

/** Workload kinds, as in the catalogue: everything that carries a pod spec. Group names after the first dot. */
export const workloadKinds = [
  'Pod',
  'PodTemplate',
  'ReplicationController',
  'ReplicaSet.apps',
  'Deployment.apps',
  'StatefulSet.apps',
  'DaemonSet.apps',
  'Job.batch',
  'CronJob.batch',
  'DeploymentConfig.apps.openshift.io',
  'Rollout.argoproj.io',
  'Workflow.argoproj.io',
  'WorkflowTemplate.argoproj.io',
  'ClusterWorkflowTemplate.argoproj.io',
  'CronWorkflow.argoproj.io',
  'Task.tekton.dev',
  'TaskRun.tekton.dev',
  'PipelineRun.tekton.dev',
  'Service.serving.knative.dev',
  'Sandbox.agents.x-k8s.io',
  'SandboxTemplate.extensions.agents.x-k8s.io',
] as const;

const runsToCompletion = new Set([
  'Job.batch',
  'CronJob.batch',
  'Workflow.argoproj.io',
  'TaskRun.tekton.dev',
  'PipelineRun.tekton.dev',
]);

/** API group of an apiVersion; the core group is the empty string. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** `Deployment.apps`; `Pod` for the core group. Old groups of workloads count as their present ones. */
export function kindKey(resource: Pick<Resource, 'apiVersion' | 'kind'>): string {
  return inGroup(resource.kind, groupOf(resource.apiVersion));
}

function inGroup(kind: string, group: string): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** Kubernetes' own kinds by the group that they are of. */
const homes: Readonly<Record<string, readonly string[]>> = {
  '': ['Pod', 'ReplicationController', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount', 'Namespace'],
  apps: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  batch: ['Job', 'CronJob'],
  autoscaling: ['HorizontalPodAutoscaler'],
  policy: ['PodDisruptionBudget', 'PodSecurityPolicy'],
  'networking.k8s.io': ['Ingress', 'NetworkPolicy'],
  'rbac.authorization.k8s.io': ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'],
};

/** Groups of Kubernetes that such kinds are looked for in: served there before, or written by mistake. Others' have dots. */
const strays = ['', 'apps', 'batch', 'extensions'];

/**
 * Kinds under another group than their own, judged like those: what a server knew before, and what none knows, but what is meant
 * is plain.
 */
const formerGroups: ReadonlyMap<string, string> = new Map<string, string>([
  ['DeploymentConfig', 'DeploymentConfig.apps.openshift.io'],
  ...Object.entries(homes).flatMap(([home, kinds]) =>
    kinds.flatMap((kind) =>
      strays
        .filter((group) => group !== home)
        .map((group): [string, string] => [inGroup(kind, group), inGroup(kind, home)]),
    ),
  ),
]);

const workloads = new Set<string>(workloadKinds);

/** Like `kindKey`, with former groups mapped to the present ones. */
export function canonicalKind(resource: Pick<Resource, 'apiVersion' | 'kind'>): string {
  let ofVersion = canonical.get(resource.apiVersion);
  let known = ofVersion?.get(resource.kind);
  if (known !== undefined) return known;
  const key = kindKey(resource);
  known = formerGroups.get(key) ?? key;
  if (remembered >= mostRemembered) {
    canonical.clear();
    remembered = 0;
    ofVersion = undefined;
  }
  if (ofVersion === undefined) canonical.set(resource.apiVersion, (ofVersion = new Map<string, string>()));
  ofVersion.set(resource.kind, known);
  remembered += 1;
  return known;
}

/** Answers of `canonicalKind` by apiVersion and kind: asked for every object by every check. Repositories may invent kinds. */
const canonical = new Map<string, Map<string, string>>();
const mostRemembered = 2_000;
let remembered = 0;

/** Kinds of the core group that other groups have too; named alone they mean the core group's. */
const coreKinds = new Set([
  ...['Pod', 'PodTemplate', 'ReplicationController', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount', 'Namespace'],
  ...['ResourceQuota', 'LimitRange', 'PersistentVolume', 'PersistentVolumeClaim', 'Endpoints', 'Node', 'Event'],
]);

/**
 * Whether the object is of one of `kinds`: `Kind` (any group), `Kind.group`, `*.group`, `Workload`, `LongRunningWorkload`,
 * `Any`. `Kind` alone with a name of the core group (`Service`) means the core group.
 */
export function isKind(resource: Pick<Resource, 'apiVersion' | 'kind'>, kinds: readonly string[]): boolean {
  const key = canonicalKind(resource);
  for (const kind of kinds) if (kind === key || isOfGroup(resource, key, kind)) return true;
  return false;
}

function isOfGroup(resource: Pick<Resource, 'apiVersion' | 'kind'>, key: string, kind: string): boolean {
  if (kind === 'Any') return true;
  if (kind === 'Workload') return workloads.has(key);
  if (kind === 'LongRunningWorkload') return workloads.has(key) && !runsToCompletion.has(key);
  if (kind.startsWith('*.')) return kind.slice(2) === groupOf(resource.apiVersion);
  return resource.kind === kind && !kind.includes('.') && !coreKinds.has(kind);
}
