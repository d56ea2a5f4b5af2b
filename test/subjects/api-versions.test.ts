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
