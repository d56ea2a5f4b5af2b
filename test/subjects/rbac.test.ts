import { expect, test } from '@jest/globals';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../src/analyze/run.ts';
import type { Resource } from '../../src/model.ts';
import { workloadSet } from '../../src/subjects/set.ts';
import { parseFixture } from '../support/check-fixture.ts';

test('a binding finds the ClusterRole of another chart, whatever namespace its release has', () => {
  const [bindings, roles] = ['monitoring', 'reader'].map((name) =>
    parseFixture(`apiVersion: rbac.authorization.k8s.io/v1
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
