import { expect, test } from '@jest/globals';
import { apiLife, isDeprecated, isRemoved } from '../../src/subjects/api-versions.ts';

const at = (minor: number): { major: number; minor: number } => ({ major: 1, minor });

/** As the Deprecated API Migration Guide lists them: the first release that no longer serves the version. */
test.each([
  ['extensions/v1beta1', 'Deployment', 16, 'apps/v1'],
  ['apps/v1beta2', 'StatefulSet', 16, 'apps/v1'],
  ['extensions/v1beta1', 'NetworkPolicy', 16, 'networking.k8s.io/v1'],
  ['extensions/v1beta1', 'Ingress', 22, 'networking.k8s.io/v1'],
  ['networking.k8s.io/v1beta1', 'Ingress', 22, 'networking.k8s.io/v1'],
  ['networking.k8s.io/v1beta1', 'IngressClass', 22, 'networking.k8s.io/v1'],
  ['admissionregistration.k8s.io/v1beta1', 'ValidatingWebhookConfiguration', 22, 'admissionregistration.k8s.io/v1'],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 22, 'apiextensions.k8s.io/v1'],
  ['apiregistration.k8s.io/v1beta1', 'APIService', 22, 'apiregistration.k8s.io/v1'],
  ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest', 22, 'certificates.k8s.io/v1'],
  ['coordination.k8s.io/v1beta1', 'Lease', 22, 'coordination.k8s.io/v1'],
  ['rbac.authorization.k8s.io/v1beta1', 'ClusterRoleBinding', 22, 'rbac.authorization.k8s.io/v1'],
  ['scheduling.k8s.io/v1beta1', 'PriorityClass', 22, 'scheduling.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSIDriver', 22, 'storage.k8s.io/v1'],
  ['batch/v1beta1', 'CronJob', 25, 'batch/v1'],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', 25, 'discovery.k8s.io/v1'],
  ['events.k8s.io/v1beta1', 'Event', 25, 'events.k8s.io/v1'],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', 25, 'autoscaling/v2'],
  ['policy/v1beta1', 'PodDisruptionBudget', 25, 'policy/v1'],
  ['policy/v1beta1', 'PodSecurityPolicy', 25, undefined],
  ['node.k8s.io/v1beta1', 'RuntimeClass', 25, 'node.k8s.io/v1'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 26, 'autoscaling/v2'],
  ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema', 26, 'flowcontrol.apiserver.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', 27, 'storage.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema', 29, 'flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta3', 'PriorityLevelConfiguration', 32, 'flowcontrol.apiserver.k8s.io/v1'],
])('%s %s is gone from 1.%d on, and not one release earlier', (apiVersion, kind, removed, replacement) => {
  const life = apiLife({ apiVersion, kind })!;
  expect([life.removed, life.replacement]).toEqual([removed, replacement]);
  expect([isRemoved(life, at(removed - 1)), isRemoved(life, at(removed))]).toEqual([false, true]);
  expect(isDeprecated(life, at(removed))).toBe(false);
  expect(life.deprecated).toBeLessThan(removed);
});

/** The lifecycle tags of k8s.io/api: the release a beta came in, from which its end follows, and the one that brought its successor. */
test.each([
  ['authentication.k8s.io/v1beta1', 'SelfSubjectReview', 27, 28],
  ['admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicy', 28, 30],
  ['admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicyBinding', 28, 30],
  ['networking.k8s.io/v1beta1', 'IPAddress', 31, 33],
  ['networking.k8s.io/v1beta1', 'ServiceCIDR', 31, 33],
  ['storage.k8s.io/v1beta1', 'VolumeAttributesClass', 31, 34],
  ['resource.k8s.io/v1beta1', 'ResourceClaimTemplate', 32, 34],
  ['resource.k8s.io/v1beta2', 'DeviceClass', 33, 34],
  ['admissionregistration.k8s.io/v1beta1', 'MutatingAdmissionPolicy', 34, 36],
])('%s %s came in 1.%d: deprecated three releases later, gone after six', (apiVersion, kind, introduced, since) => {
  const life = apiLife({ apiVersion, kind })!;
  expect([life.deprecated, life.removed, life.since]).toEqual([introduced + 3, introduced + 6, since]);
  expect(life.replacement).toBe(apiVersion.replace(/v1beta\d$/, 'v1'));
});

/** Of the releases 1.26 to 1.35: what a manifest is told, by the tags and the guide. */
test.each([
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', [], [26, 35]],
  ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema', [], [26, 35]],
  ['storage.k8s.io/v1alpha1', 'CSIStorageCapacity', [], [26, 35]],
  ['storage.k8s.io/v1alpha1', 'VolumeAttachment', [], [26, 35]],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', [26, 26], [27, 35]],
  // Its successor of 1.29 is what the guide advises, so 1.26 to 1.28 have nothing to be told.
  ['flowcontrol.apiserver.k8s.io/v1beta2', 'PriorityLevelConfiguration', [], [29, 35]],
  ['flowcontrol.apiserver.k8s.io/v1beta3', 'PriorityLevelConfiguration', [29, 31], [32, 35]],
  ['admissionregistration.k8s.io/v1alpha1', 'ValidatingAdmissionPolicyBinding', [30, 31], [32, 35]],
  ['authentication.k8s.io/v1beta1', 'SelfSubjectReview', [30, 32], [33, 35]],
  ['admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicy', [31, 33], [34, 35]],
  ['v1', 'Endpoints', [33, 35], []],
  ['certificates.k8s.io/v1alpha1', 'ClusterTrustBundle', [34, 35], []],
  ['networking.k8s.io/v1beta1', 'ServiceCIDR', [34, 35], []],
  ['storage.k8s.io/v1beta1', 'VolumeAttributesClass', [34, 35], []],
  ['resource.k8s.io/v1beta1', 'ResourceClaim', [35, 35], []],
  ['resource.k8s.io/v1beta2', 'ResourceClaim', [], []],
  ['admissionregistration.k8s.io/v1beta1', 'MutatingAdmissionPolicy', [], []],
] as const)('%s %s is deprecated in %j and gone in %j', (apiVersion, kind, deprecated, gone) => {
  const life = apiLife({ apiVersion, kind })!;
  const within = (judge: typeof isRemoved): number[] => {
    const minors = Array.from({ length: 10 }, (_, index) => 26 + index).filter((minor) => judge(life, at(minor)));
    return minors.length === 0 ? [] : [minors[0]!, minors.at(-1)!];
  };
  expect([within(isDeprecated), within(isRemoved)]).toEqual([deprecated, gone]);
});

test('what replaces a version is served before the version goes, and is not itself gone', () => {
  for (const [apiVersion, kind] of [
    ['autoscaling/v2beta1', 'HorizontalPodAutoscaler'],
    ['resource.k8s.io/v1beta1', 'ResourceClaim'],
    ['networking.k8s.io/v1beta1', 'ServiceCIDR'],
  ] as const) {
    const life = apiLife({ apiVersion, kind })!;
    expect(life.since!).toBeLessThan(life.removed!);
    expect(apiLife({ apiVersion: life.replacement!, kind })).toBeUndefined();
  }
});

test('versions that are not listed have no end, nor do those of other groups with the same name', () => {
  expect(apiLife({ apiVersion: 'apps/v1', kind: 'Deployment' })).toBeUndefined();
  expect(apiLife({ apiVersion: 'example.org/v1beta1', kind: 'Ingress' })).toBeUndefined();
});
