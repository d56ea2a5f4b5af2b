import { expect, test } from '@jest/globals';
import { severitiesOf } from '../support/severities.ts';

const group = 'apiVersion: rbac.authorization.k8s.io/v1';

test.each([
  ['critical', '["*"]', 'pods'],
  ['critical', '[apps]', 'deployments'],
  ['high', '[metrics.k8s.io]', 'pods'],
  ['high', '[example.dev]', 'jobs'],
])('everyone getting rights is %s over %s %s', (severity, groups, resource) => {
  const yaml = `${group}
kind: ClusterRoleBinding
metadata: { name: a }
roleRef: { kind: ClusterRole, name: a }
subjects: [{ kind: Group, name: "system:authenticated" }]
---
${group}
kind: ClusterRole
metadata: { name: a }
rules: [{ apiGroups: ${groups}, resources: [${resource}], verbs: [get] }]
`;
  expect(severitiesOf('authenticated-group-binding', yaml)).toEqual([severity]);
});

test.each([
  ['critical', 'ClusterRole'],
  ['high', 'Role'],
])('%s: everyone gets the %s that is called cluster-admin', (severity, kind) => {
  const yaml = `${group}
kind: RoleBinding
metadata: { name: a, namespace: shop }
roleRef: { kind: ${kind}, name: cluster-admin }
subjects: [{ kind: Group, name: "system:authenticated" }]
`;
  expect(severitiesOf('authenticated-group-binding', yaml)).toEqual([severity]);
});

test.each([
  ['high', 'RoleBinding', 'kube-system'],
  ['medium', 'RoleBinding', 'shop'],
  ['medium', 'ClusterRoleBinding', 'kube-system'],
])('changing ConfigMaps is %s by a %s of %s', (severity, kind, namespace) => {
  const yaml = `${group}
kind: ClusterRole
metadata: { name: a, namespace: ${namespace} }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [update] }]
---
${group}
kind: ${kind}
metadata: { name: a, namespace: ${namespace} }
roleRef: { kind: ClusterRole, name: a }
subjects: [{ kind: Group, name: ops }]
`;
  expect(severitiesOf('rbac-manage-configmaps', yaml)).toEqual([severity]);
});

test.each([
  ['critical', '[]'],
  ['high', '[view]'],
])('making bindings is %s where bind is limited to %s', (severity, names) => {
  const yaml = `${group}
kind: ClusterRole
metadata: { name: a }
rules:
  - { apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create] }
  - { apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind], resourceNames: ${names} }
`;
  expect(severitiesOf('rbac-manage-rbac', yaml)).toEqual([severity]);
});
