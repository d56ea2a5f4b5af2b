import { describe, expect, test } from '@jest/globals';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../src/analyze/run.ts';
import type { Resource, Severity } from '../../src/model.ts';
import { deedsOf, grantOf, writeVerbs, type PolicyRule } from '../../src/subjects/rbac.ts';
import { workloadSet } from '../../src/subjects/set.ts';
import { parseFixture } from '../support/check-fixture.ts';

const rule = (given: Partial<PolicyRule>): PolicyRule => ({
  path: ['rules', 0],
  apiGroups: [''],
  resources: ['configmaps'],
  resourceNames: [],
  nonResourceURLs: [],
  verbs: [],
  ...given,
});

describe('deedsOf', () => {
  test.each([
    [['create'], 'create'],
    [['patch', 'update', 'get'], 'change'],
    [['deletecollection', 'create'], 'create and delete'],
    [['*'], 'create, change and delete'],
  ])('says of %j only what is asked for', (verbs, deeds) => {
    const grant = grantOf(rule({ verbs }), { resources: ['configmaps'], verbs: writeVerbs });
    expect(grant === undefined ? '' : deedsOf(grant)).toBe(deeds);
  });
});

/** The severities with which a check reports the manifests. */
function severities(id: string, yaml: string): Severity[] {
  const [one] = parseFixture(yaml);
  const check = checks.find((other) => other.id === id);
  if (one === undefined || check === undefined) throw new Error(id);
  const found = runChecks(one.resources, {
    checks: [check],
    kubeVersion: one.kubeVersion,
    options: {},
    complete: true,
  });
  return found.map(({ violation }) => violation.severity ?? check.severity);
}

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
  expect(severities('authenticated-group-binding', yaml)).toEqual([severity]);
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
  expect(severities('rbac-manage-configmaps', yaml)).toEqual([severity]);
});

test('a binding finds the ClusterRole of another chart, whatever namespace its release has', () => {
  const [bindings, roles] = ['monitoring', 'reader'].map((name) =>
    parseFixture(`${group}
kind: ${name === 'reader' ? 'ClusterRole' : 'ClusterRoleBinding'}
metadata: { name: ${name}, namespace: ops }
rules: []
roleRef: { kind: ClusterRole, name: reader }
`).flatMap(({ resources }) => resources.map((resource) => ({ ...resource, unit: `helm:${name}` }))),
  );
  const check = checks.find(({ id }) => id === 'dangling-role-binding')!;
  const found = (all: readonly Resource[]): string[] =>
    runChecks(bindings!, {
      checks: [check],
      kubeVersion: { major: 1, minor: 35 },
      complete: true,
      all: workloadSet(all, true),
    }).map(({ violation }) => violation.message);
  expect(found(bindings!)).toEqual([
    'ClusterRoleBinding "monitoring" refers to ClusterRole "reader", which is not in these manifests.',
  ]);
  expect(found([...bindings!, ...roles!])).toEqual([]);
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
  expect(severities('rbac-manage-rbac', yaml)).toEqual([severity]);
});
