import type { Json, JsonMap, Path, Resource } from '../model.ts';
import { canonicalKind } from './kinds.ts';
import { argoPods } from './argo-workflow.ts';
import { emptyKeeper, keptFor, keptForText, type Keeper } from './kept.ts';
import { tektonPods } from './tekton.ts';
import { below, sharedPath } from './below.ts';
import { dig, isMap, list, map, str } from './values.ts';

export type ContainerList = 'containers' | 'initContainers' | 'ephemeralContainers';
const containerLists: readonly ContainerList[] = ['initContainers', 'containers', 'ephemeralContainers'];

/** A pod spec with the object that carries it. */
export interface PodSubject extends Keeper {
  resource: Resource;
  /** Path of the pod spec inside the object. */
  path: Path;
  spec: JsonMap;
  /** metadata of the pod or of the pod template. */
  metadata: JsonMap;
  /** Path of that metadata. */
  metadataPath: Path;
  containers: readonly ContainerSubject[];
  /** `spec.os.name` is windows: what Pod Security Standards go by. */
  declaredWindows: boolean;
  /** Also by the `kubernetes.io/os` node selector: what all other rules go by. */
  windows: boolean;
  /** Path in the object of a field of the pod spec; differs from `path` where a kind spreads the fields (workflows). */
  at(...steps: Path): Path;
  /** Whether the object can set fields of the pod at all; a Tekton Task leaves them to its run. */
  settable: boolean;
}

/** One container of a pod. */
export interface ContainerSubject extends Keeper {
  pod: PodSubject;
  resource: Resource;
  list: ContainerList;
  /** Empty when the container has none. */
  name: string;
  /** `container "app"`, `init container "setup"`; by position when it has no name. For sentences. */
  label: string;
  path: Path;
  spec: JsonMap;
  /** An init container with `restartPolicy: Always`. */
  sidecar: boolean;
}

/** A container as written somewhere in an object, before it becomes a subject. */
export interface WrittenContainer {
  list: ContainerList;
  /** What people call it: `container`, `step`. */
  noun: string;
  /** From 0, for containers without a name. */
  position: number;
  path: Path;
  spec: JsonMap;
}

/** A pod as written, before it becomes a subject. */
export interface WrittenPod {
  path: Path;
  spec: JsonMap;
  metadata: JsonMap;
  metadataPath: Path;
  containers: readonly WrittenContainer[];
  at?: (...steps: Path) => Path;
  settable?: boolean;
}

/** Where the pod spec is, by kind. `metadata` stands beside `spec` there. */
const templatePaths: ReadonlyMap<string, Path> = new Map(
  Object.entries<Path>({
    Pod: [],
    PodTemplate: ['template'],
    'CronJob.batch': ['spec', 'jobTemplate', 'spec', 'template'],
    'Sandbox.agents.x-k8s.io': ['spec', 'podTemplate'],
    'SandboxTemplate.extensions.agents.x-k8s.io': ['spec', 'podTemplate'],
    ...Object.fromEntries(
      [
        'ReplicationController',
        'ReplicaSet.apps',
        'Deployment.apps',
        'StatefulSet.apps',
        'DaemonSet.apps',
        'Job.batch',
        'DeploymentConfig.apps.openshift.io',
        'Rollout.argoproj.io',
        'Service.serving.knative.dev',
      ].map((kind) => [kind, ['spec', 'template']]),
    ),
  }).map(([kind, path]) => [kind, sharedPath(path)]),
);

/** The pod specs an object carries: none for most kinds, one for workloads, one a template or task for pipelines. */
export const podsOf = keptFor((resource: Resource): readonly PodSubject[] => {
  const kind = canonicalKind(resource);
  const template = templatePaths.get(kind);
  if (template !== undefined) return podAt(resource, template);
  const written = argoPods(kind, resource.manifest) ?? tektonPods(kind, resource.manifest) ?? [];
  return written.map((pod) => podSubject(resource, pod));
});

function podAt(resource: Resource, template: Path): PodSubject[] {
  const holder = dig(resource.manifest, ...template);
  const spec = dig(holder, 'spec');
  if (!isMap(spec)) return [];
  const path = below(template, 'spec');
  const containers: WrittenContainer[] = [];
  for (const name of containerLists)
    list(spec[name]).forEach((container, position) => {
      if (!isMap(container)) return;
      const at = below(path, name, position);
      containers.push({ list: name, noun: nouns[name], position, path: at, spec: container });
    });
  const metadata = map(dig(holder, 'metadata'));
  return [podSubject(resource, { path, spec, metadata, metadataPath: below(template, 'metadata'), containers })];
}

function podSubject(resource: Resource, written: WrittenPod): PodSubject {
  const { path, spec } = written;
  const declaredWindows = dig(spec, 'os', 'name') === 'windows';
  const pod: PodSubject = {
    kept: emptyKeeper(),
    resource,
    path,
    spec,
    metadata: written.metadata,
    metadataPath: written.metadataPath,
    containers: [],
    declaredWindows,
    windows: declaredWindows || dig(spec, 'nodeSelector', 'kubernetes.io/os') === 'windows',
    settable: written.settable ?? true,
    at: written.at ?? ((...steps) => below(path, ...steps)),
  };
  pod.containers = written.containers.map((container) => containerSubject(pod, container));
  return pod;
}

function containerSubject(pod: PodSubject, { list, noun, position, path, spec }: WrittenContainer): ContainerSubject {
  const name = str(spec.name) ?? '';
  return {
    kept: emptyKeeper(),
    pod,
    resource: pod.resource,
    list,
    name,
    label: `${noun} ${name === '' ? `number ${position + 1}` : `"${name}"`}`,
    path,
    spec,
    sidecar: list === 'initContainers' && spec.restartPolicy === 'Always',
  };
}

const nouns: Readonly<Record<ContainerList, string>> = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
};

/** The containers of all pods that an object carries. */
export function containersOf(resource: Resource): readonly ContainerSubject[] {
  const pods = podsOf(resource);
  return pods.length === 1 ? (pods[0]?.containers ?? []) : pods.flatMap((pod) => pod.containers);
}

/** A field that exists at pod and container level: the container's value replaces the pod's. Steps below securityContext. */
export function effective(
  container: ContainerSubject,
  ...steps: string[]
): { value: Json | undefined; at: Path; from: 'container' | 'pod' | 'none' } {
  const at = below(container.path, 'securityContext', ...steps);
  const own = dig(container.spec, 'securityContext', ...steps);
  if (own !== undefined && own !== null) return { value: own, at, from: 'container' };
  const pod = dig(container.pod.spec, 'securityContext', ...steps);
  if (pod !== undefined && pod !== null)
    return { value: pod, at: container.pod.at('securityContext', ...steps), from: 'pod' };
  return { value: undefined, at, from: 'none' };
}

/** Sentence start: `Container "app"`. */
export function Label(container: ContainerSubject): string {
  return capitalised(container.label);
}

/** Containers of many pods have one name, and all sentences about them share it. */
const capitalised = keptForText((text) => text.charAt(0).toUpperCase() + text.slice(1));

/** Whether Knative runs the pod: it fills in the port of the container that serves, and a readiness probe of it. */
export function isKnative(pod: PodSubject): boolean {
  return canonicalKind(pod.resource) === 'Service.serving.knative.dev';
}
