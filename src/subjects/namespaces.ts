import type { Path, Resource } from '../model.ts';
import { perSet, type WorkloadSet } from './set.ts';

/** A namespace that rules judge: it has an object in the set, or workloads. */
export interface NamespaceSubject {
  /** Empty when it is unknown. */
  name: string;
  /** The Namespace object, or the first workload in it. */
  resource: Resource;
  at: Path;
  /** `Namespace "shop"`, for sentences. */
  label: string;
}

export const judgedNamespaces = perSet((set: WorkloadSet): readonly NamespaceSubject[] => {
  const found = new Map<string, NamespaceSubject>();
  for (const resource of set.ofKind('Namespace'))
    if (resource.name !== '' && !found.has(resource.name))
      found.set(resource.name, subject(resource.name, resource, ['metadata', 'name']));
  for (const { resource } of set.pods)
    // A template for the whole cluster stands in no namespace.
    if (resource.kind !== 'ClusterWorkflowTemplate' && !found.has(resource.namespace))
      found.set(resource.namespace, subject(resource.namespace, resource, ['metadata', 'namespace']));
  return [...found.values()];
});

function subject(name: string, resource: Resource, at: Path): NamespaceSubject {
  return { name, resource, at, label: name === '' ? 'The namespace these objects go to' : `Namespace "${name}"` };
}

/** Namespaces of Kubernetes itself. */
export const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease'] as const;
