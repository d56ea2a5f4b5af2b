import type { KubeVersion } from './version.ts';
import { atLeast } from './version.ts';

/** The life of an API version: minor releases of Kubernetes 1, and what takes its place. */
export interface ApiLife {
  apiVersion: string;
  kind: string;
  deprecated: number;
  /** Absent while no release is announced to stop serving it. */
  removed?: number;
  /** Absent where nothing replaces it. */
  replacement?: string;
  /** First minor release that serves the replacement. */
  since?: number;
}

type Row = readonly [apiVersion: string, kinds: string, deprecated: number, removed: number, to: string, since: number];

/**
 * From Kubernetes' Deprecated API Migration Guide (https://kubernetes.io/docs/reference/using-api/deprecation-guide/, as of
 * v1.32, the last release it names, read in November 2026) and, for the releases in which they were deprecated and for later betas,
 * the prerelease lifecycle tags of k8s.io/api v0.35 (December 2025; `zz_generated.prerelease-lifecycle.go`), by whose rule a beta is
 * deprecated three releases after it came and removed three later. What is said to be served or gone up to v1.36 was compared with
 * that release's OpenAPI document (April 2026), and removals up to v1.27 with Pluto's `versions.yaml`. Alphas are listed where the
 * tags give them an end; betas that nothing replaces yet are not, deprecated by rule as they are. An empty replacement: there is none.
 */
const rows: readonly Row[] = [
  ['extensions/v1beta1', 'DaemonSet Deployment ReplicaSet', 8, 16, 'apps/v1', 9],
  ['extensions/v1beta1', 'NetworkPolicy', 9, 16, 'networking.k8s.io/v1', 8],
  ['extensions/v1beta1', 'PodSecurityPolicy', 10, 16, 'policy/v1beta1', 10],
  ['extensions/v1beta1', 'Ingress', 14, 22, 'networking.k8s.io/v1', 19],
  ['apps/v1beta1', 'Deployment StatefulSet ReplicaSet ControllerRevision', 8, 16, 'apps/v1', 9],
  ['apps/v1beta2', 'Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision', 9, 16, 'apps/v1', 9],
  [
    'admissionregistration.k8s.io/v1beta1',
    'ValidatingWebhookConfiguration MutatingWebhookConfiguration',
    ...([16, 22, 'admissionregistration.k8s.io/v1', 16] as const),
  ],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 16, 22, 'apiextensions.k8s.io/v1', 16],
  ['apiregistration.k8s.io/v1beta1', 'APIService', 19, 22, 'apiregistration.k8s.io/v1', 10],
  ['authentication.k8s.io/v1beta1', 'TokenReview', 19, 22, 'authentication.k8s.io/v1', 6],
  ['authentication.k8s.io/v1beta1', 'SelfSubjectReview', 30, 33, 'authentication.k8s.io/v1', 28],
  [
    'authorization.k8s.io/v1beta1',
    'LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview SelfSubjectRulesReview',
    ...([19, 22, 'authorization.k8s.io/v1', 6] as const),
  ],
  ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest', 19, 22, 'certificates.k8s.io/v1', 19],
  ['certificates.k8s.io/v1alpha1', 'ClusterTrustBundle', 34, 0, 'certificates.k8s.io/v1beta1', 33],
  ['coordination.k8s.io/v1beta1', 'Lease', 19, 22, 'coordination.k8s.io/v1', 14],
  ['networking.k8s.io/v1beta1', 'Ingress', 19, 22, 'networking.k8s.io/v1', 19],
  ['networking.k8s.io/v1beta1', 'IngressClass', 19, 22, 'networking.k8s.io/v1', 19],
  [
    'rbac.authorization.k8s.io/v1beta1',
    'ClusterRole ClusterRoleBinding Role RoleBinding',
    ...([17, 22, 'rbac.authorization.k8s.io/v1', 8] as const),
  ],
  [
    'rbac.authorization.k8s.io/v1alpha1',
    'ClusterRole ClusterRoleBinding Role RoleBinding',
    ...([17, 22, 'rbac.authorization.k8s.io/v1', 8] as const),
  ],
  ['scheduling.k8s.io/v1beta1', 'PriorityClass', 14, 22, 'scheduling.k8s.io/v1', 14],
  ['scheduling.k8s.io/v1alpha1', 'PriorityClass', 14, 17, 'scheduling.k8s.io/v1', 14],
  ['storage.k8s.io/v1beta1', 'CSIDriver', 19, 22, 'storage.k8s.io/v1', 19],
  ['storage.k8s.io/v1beta1', 'CSINode', 17, 22, 'storage.k8s.io/v1', 17],
  ['storage.k8s.io/v1beta1', 'StorageClass', 19, 22, 'storage.k8s.io/v1', 6],
  ['storage.k8s.io/v1beta1', 'VolumeAttachment', 19, 22, 'storage.k8s.io/v1', 13],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', 24, 27, 'storage.k8s.io/v1', 24],
  ['storage.k8s.io/v1alpha1', 'CSIStorageCapacity', 21, 24, 'storage.k8s.io/v1', 24],
  ['storage.k8s.io/v1alpha1', 'VolumeAttachment', 21, 24, 'storage.k8s.io/v1', 13],
  ['storage.k8s.io/v1beta1', 'VolumeAttributesClass', 34, 37, 'storage.k8s.io/v1', 34],
  ['batch/v2alpha1', 'CronJob', 21, 21, 'batch/v1', 21],
  ['batch/v1beta1', 'CronJob', 21, 25, 'batch/v1', 21],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', 21, 25, 'discovery.k8s.io/v1', 21],
  ['events.k8s.io/v1beta1', 'Event', 19, 25, 'events.k8s.io/v1', 19],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', 22, 25, 'autoscaling/v2', 23],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 23, 26, 'autoscaling/v2', 23],
  ['policy/v1beta1', 'PodDisruptionBudget', 21, 25, 'policy/v1', 21],
  ['policy/v1beta1', 'PodSecurityPolicy', 21, 25, '', 0],
  ['node.k8s.io/v1beta1', 'RuntimeClass', 20, 25, 'node.k8s.io/v1', 20],
  ['node.k8s.io/v1alpha1', 'RuntimeClass', 20, 24, 'node.k8s.io/v1', 20],
  [
    'flowcontrol.apiserver.k8s.io/v1alpha1',
    'FlowSchema PriorityLevelConfiguration',
    20,
    24,
    'flowcontrol.apiserver.k8s.io/v1',
    29,
  ],
  [
    'flowcontrol.apiserver.k8s.io/v1beta1',
    'FlowSchema PriorityLevelConfiguration',
    23,
    26,
    'flowcontrol.apiserver.k8s.io/v1',
    29,
  ],
  [
    'flowcontrol.apiserver.k8s.io/v1beta2',
    'FlowSchema PriorityLevelConfiguration',
    26,
    29,
    'flowcontrol.apiserver.k8s.io/v1',
    29,
  ],
  [
    'flowcontrol.apiserver.k8s.io/v1beta3',
    'FlowSchema PriorityLevelConfiguration',
    29,
    32,
    'flowcontrol.apiserver.k8s.io/v1',
    29,
  ],
  [
    'admissionregistration.k8s.io/v1alpha1',
    'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
    ...([29, 32, 'admissionregistration.k8s.io/v1', 30] as const),
  ],
  [
    'admissionregistration.k8s.io/v1beta1',
    'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
    ...([31, 34, 'admissionregistration.k8s.io/v1', 30] as const),
  ],
  ['networking.k8s.io/v1beta1', 'IPAddress ServiceCIDR', 34, 37, 'networking.k8s.io/v1', 33],
  [
    'admissionregistration.k8s.io/v1beta1',
    'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
    ...([37, 40, 'admissionregistration.k8s.io/v1', 36] as const),
  ],
  [
    'resource.k8s.io/v1beta1',
    'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
    ...([35, 38, 'resource.k8s.io/v1', 34] as const),
  ],
  [
    'resource.k8s.io/v1beta2',
    'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
    ...([36, 39, 'resource.k8s.io/v1', 34] as const),
  ],
  ['v1', 'ComponentStatus', 19, 0, '', 0],
  ['v1', 'Endpoints', 33, 0, 'discovery.k8s.io/v1 EndpointSlice', 21],
  // OpenShift served these groups as plain v1 until 3.x (https://docs.openshift.com/container-platform/4.1/release_notes).
  ['v1', 'DeploymentConfig', 9, 0, 'apps.openshift.io/v1', 7],
  ['v1', 'BuildConfig Build', 9, 0, 'build.openshift.io/v1', 7],
  ['v1', 'Route', 9, 0, 'route.openshift.io/v1', 7],
  ['v1', 'Template', 9, 0, 'template.openshift.io/v1', 7],
  [
    'authorization.openshift.io/v1',
    'Role ClusterRole RoleBinding ClusterRoleBinding',
    ...([7, 0, 'rbac.authorization.k8s.io/v1', 8] as const),
  ],
  ['v1', 'ImageStream', 9, 0, 'image.openshift.io/v1', 7],
];

const lives = new Map<string, ApiLife>(
  rows.flatMap(([apiVersion, kinds, deprecated, removed, replacement, since]) =>
    kinds.split(' ').map((kind): [string, ApiLife] => [
      `${apiVersion} ${kind}`,
      {
        apiVersion,
        kind,
        deprecated,
        ...(removed === 0 ? {} : { removed }),
        ...(replacement === '' ? {} : { replacement, since }),
      },
    ]),
  ),
);

/** What is known of an API version's end; undefined when nothing is. */
export function apiLife(object: { apiVersion: string; kind: string }): ApiLife | undefined {
  return lives.get(`${object.apiVersion} ${object.kind}`);
}

export function isRemoved(life: ApiLife, version: KubeVersion): boolean {
  return life.removed !== undefined && atLeast(version, life.removed);
}

/** Deprecated and still served, with the replacement at hand. */
export function isDeprecated(life: ApiLife, version: KubeVersion): boolean {
  if (!atLeast(version, life.deprecated) || isRemoved(life, version)) return false;
  return life.since === undefined || atLeast(version, life.since);
}

/** `; use apps/v1`, with the kind where that changes too, and the release it comes with where the target has none of it yet. */
export function successor({ replacement, since = 0 }: ApiLife, target: KubeVersion): string {
  if (replacement === undefined) return '; nothing replaces it';
  return `; use ${replacement}${atLeast(target, since) ? '' : ` from Kubernetes 1.${since} on`}`;
}
