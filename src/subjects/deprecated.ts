import type { Path } from '../model.ts';
import { keptFor } from './kept.ts';

/** A key that is deprecated from one minor release on, and what takes its place. */
export interface DeprecatedKey {
  /** The whole key, or its beginning when it ends in `/` or `.`. */
  key: string;
  from: number;
  successor: string;
  /** The kind, as for `isKind`, whose field takes its place; absent where it is deprecated everywhere. */
  kind?: string;
  /** Values that nothing takes the place of. */
  except?: readonly string[];
}

/**
 * Annotations and labels that Kubernetes ignores or will ignore, from "Well-Known Labels, Annotations and Taints"
 * (https://kubernetes.io/docs/reference/labels-annotations-taints/, as of v1.33).
 */
export const deprecatedAnnotations: readonly DeprecatedKey[] = [
  { key: 'seccomp.security.alpha.kubernetes.io/pod', from: 19, successor: 'securityContext.seccompProfile' },
  { key: 'container.seccomp.security.alpha.kubernetes.io/', from: 19, successor: 'securityContext.seccompProfile' },
  { key: 'container.apparmor.security.beta.kubernetes.io/', from: 30, successor: 'securityContext.appArmorProfile' },
  {
    key: 'kubernetes.io/ingress.class',
    from: 18,
    successor: 'spec.ingressClassName',
    // Kong and Traefik choose their own kinds by it, which have no such field.
    kind: 'Ingress.networking.k8s.io',
    // GKE goes by the annotation alone: https://cloud.google.com/kubernetes-engine/docs/concepts/ingress (November 2026).
    except: ['gce', 'gce-internal'],
  },
  { key: 'service.alpha.kubernetes.io/tolerate-unready-endpoints', from: 11, successor: 'publishNotReadyAddresses' },
  { key: 'service.kubernetes.io/topology-aware-hints', from: 27, successor: 'spec.trafficDistribution' },
  { key: 'service.kubernetes.io/topology-mode', from: 35, successor: 'spec.trafficDistribution' },
  { key: 'scheduler.alpha.kubernetes.io/critical-pod', from: 13, successor: 'priorityClassName' },
  { key: 'volume.beta.kubernetes.io/storage-class', from: 6, successor: 'spec.storageClassName' },
  {
    key: 'volume.beta.kubernetes.io/storage-provisioner',
    from: 23,
    successor: 'volume.kubernetes.io/storage-provisioner',
  },
  { key: 'seccomp.security.alpha.kubernetes.io/', from: 25, successor: 'Pod Security Admission' },
  { key: 'apparmor.security.beta.kubernetes.io/', from: 25, successor: 'Pod Security Admission' },
  { key: 'kubernetes.io/psp', from: 25, successor: 'Pod Security Admission' },
];

export const deprecatedLabels: readonly DeprecatedKey[] = [
  { key: 'node-role.kubernetes.io/master', from: 20, successor: 'node-role.kubernetes.io/control-plane' },
  { key: 'failure-domain.beta.kubernetes.io/zone', from: 17, successor: 'topology.kubernetes.io/zone' },
  { key: 'failure-domain.beta.kubernetes.io/region', from: 17, successor: 'topology.kubernetes.io/region' },
  { key: 'beta.kubernetes.io/arch', from: 14, successor: 'kubernetes.io/arch' },
  { key: 'beta.kubernetes.io/os', from: 14, successor: 'kubernetes.io/os' },
  { key: 'beta.kubernetes.io/instance-type', from: 17, successor: 'node.kubernetes.io/instance-type' },
];

/** kubeadm sets the new taint from v1.24 on, and the old one no more from v1.25 on. */
export const deprecatedTaints: readonly DeprecatedKey[] = [
  { key: 'node-role.kubernetes.io/master', from: 24, successor: 'node-role.kubernetes.io/control-plane' },
];

/** A field of a kind, given as for `isKind`. */
export interface DeprecatedField {
  kind: string;
  path: Path;
  from: number;
  successor: string;
}

export const deprecatedFields: readonly DeprecatedField[] = [
  { kind: 'Service', path: ['spec', 'loadBalancerIP'], from: 24, successor: 'an annotation of the load balancer' },
  { kind: 'Service', path: ['spec', 'topologyKeys'], from: 21, successor: 'spec.trafficDistribution' },
  {
    kind: 'BuildConfig',
    path: ['spec', 'strategy', 'jenkinsPipelineStrategy'],
    from: 0,
    successor: 'a Jenkinsfile on Jenkins or OpenShift Pipelines',
  },
];

/** The entry for a key; undefined when it is not deprecated in the release. */
export function deprecatedKey(table: readonly DeprecatedKey[], key: string): DeprecatedKey | undefined {
  const { whole, beginnings } = readTable(table);
  return whole.get(key) ?? beginnings.find((entry) => key.startsWith(entry.key));
}

const readTable = keptFor((table: readonly DeprecatedKey[]) => {
  const isBeginning = ({ key }: DeprecatedKey): boolean => key.endsWith('/');
  return {
    whole: new Map(table.filter((entry) => !isBeginning(entry)).map((entry) => [entry.key, entry])),
    beginnings: table.filter(isBeginning),
  };
});
