import type { Json, JsonMap, Path, Resource } from '../model.ts';
import { canonicalKind } from './kinds.ts';
import { dig, isMap, list, map, str } from './values.ts';

export type ContainerList = 'containers' | 'initContainers' | 'ephemeralContainers';
const containerLists: readonly ContainerList[] = ['initContainers', 'containers', 'ephemeralContainers'];

/** A pod spec with the object that carries it. */
export interface PodSubject {
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
}

/** One container of a pod. */
export interface ContainerSubject {
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

/** Where the pod spec is, by kind. `metadata` stands beside `spec` there. */
const templatePaths: Readonly<Record<string, Path>> = {
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
};

/** The pod specs an object carries: none for most kinds, one for workloads. */
export function podsOf(resource: Resource): PodSubject[] {
  const template = templatePaths[canonicalKind(resource)];
  if (template === undefined) return [];
  const holder = dig(resource.manifest, ...template);
  const spec = dig(holder, 'spec');
  if (!isMap(spec)) return [];
  return [podAt(resource, [...template, 'spec'], spec, map(dig(holder, 'metadata')), [...template, 'metadata'])];
}

function podAt(resource: Resource, path: Path, spec: JsonMap, metadata: JsonMap, metadataPath: Path): PodSubject {
  const declaredWindows = dig(spec, 'os', 'name') === 'windows';
  const containers: ContainerSubject[] = [];
  const pod: PodSubject = {
    resource,
    path,
    spec,
    metadata,
    metadataPath,
    containers,
    declaredWindows,
    windows: declaredWindows || dig(spec, 'nodeSelector', 'kubernetes.io/os') === 'windows',
  };
  for (const name of containerLists) containers.push(...containersIn(pod, name));
  return pod;
}

function* containersIn(pod: PodSubject, name: ContainerList): Generator<ContainerSubject> {
  for (const [index, spec] of list(pod.spec[name]).entries()) {
    if (!isMap(spec)) continue;
    const called = str(spec.name) ?? '';
    yield {
      pod,
      resource: pod.resource,
      list: name,
      name: called,
      label: `${listLabels[name]} ${called === '' ? `number ${index + 1}` : `"${called}"`}`,
      path: [...pod.path, name, index],
      spec,
      sidecar: name === 'initContainers' && spec.restartPolicy === 'Always',
    };
  }
}

const listLabels: Readonly<Record<ContainerList, string>> = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
};

/** A field that exists at pod and container level: the container's value replaces the pod's. */
export function effective(
  container: ContainerSubject,
  field: string,
): { value: Json | undefined; at: Path; from: 'container' | 'pod' | 'none' } {
  const own = dig(container.spec, 'securityContext', field);
  if (own !== undefined && own !== null)
    return { value: own, at: [...container.path, 'securityContext', field], from: 'container' };
  const pod = dig(container.pod.spec, 'securityContext', field);
  if (pod !== undefined && pod !== null)
    return { value: pod, at: [...container.pod.path, 'securityContext', field], from: 'pod' };
  return { value: undefined, at: [...container.path, 'securityContext', field], from: 'none' };
}

/** Sentence start: `Container "app"`. */
export function Label(container: ContainerSubject): string {
  return container.label.charAt(0).toUpperCase() + container.label.slice(1);
}
