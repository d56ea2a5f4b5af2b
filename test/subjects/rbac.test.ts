import { describe, expect, test } from '@jest/globals';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../src/analyze/run.ts';
import type { Severity } from '../../src/model.ts';
import { deedsOf, grantOf, writeVerbs, type PolicyRule } from '../../src/subjects/rbac.ts';
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
