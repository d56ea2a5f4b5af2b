import type { Resource } from '../model.ts';
import { perSet, type WorkloadSet } from './set.ts';
import { systemNamespaces } from './namespaces.ts';

/** Whether the namespace is one that Kubernetes itself fills. */
export function isSystemNamespace(name: string): boolean {
  return systemNamespaces.some((system) => system === name);
}

/** Add-ons that belong in system namespaces, by the start of their names. */
export const systemAddOns: readonly string[] = [
  ...['coredns', 'kube-dns', 'kube-proxy', 'kube-flannel', 'kube-router', 'metrics-server', 'node-local-dns'],
  ...['nodelocaldns', 'konnectivity', 'cluster-autoscaler', 'cloud-controller-manager', 'cloud-node-manager'],
  ...['calico', 'canal', 'cilium', 'hubble', 'antrea', 'weave-net', 'multus', 'flannel', 'aws-node', 'azure-cni'],
  'clustermesh-apiserver',
  ...['azure-npm', 'ebs-csi', 'efs-csi', 'fsx-csi', 'csi-', 'snapshot-controller', 'vsphere-csi', 'pd-csi'],
];

/** Whether the set holds pods of the namespace. */
export function hasPods(namespace: string, set: WorkloadSet): boolean {
  return populated(set).has(namespace);
}

const populated = perSet((set) => new Set(set.pods.map((pod) => pod.resource.namespace)));

/** Objects of a kind in the namespace. */
export function objectsIn(set: WorkloadSet, namespace: string, ...kinds: string[]): readonly Resource[] {
  return set.ofKind(...kinds).filter((resource) => resource.namespace === namespace);
}
