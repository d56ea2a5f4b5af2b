import { expect, test } from '@jest/globals';
import check from '../../checks/system-namespace-use.ts';
import { runChecks } from '../../src/analyze/run.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';

test('what a chart installs in kube-system is placed there, but for what is of the whole cluster', () => {
  const [document] = parseManifests(`
apiVersion: v1
kind: List
items:
  - { apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: { name: tool } }
  - { apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: { name: says-so, namespace: kube-system } }
  - { apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: { name: tool } }
`).documents;
  const resources =
    document === undefined
      ? []
      : resourcesOf(document, { unit: 'helm:tool', namespace: 'kube-system', origin: { file: '' }, firstIndex: 0 });
  const found = runChecks(resources, { checks: [check], kubeVersion: { major: 1, minor: 35 } });
  expect(found.map(({ violation }) => violation.message)).toEqual([
    'ClusterRole "says-so" is placed in kube-system.',
    'Role "tool" is placed in kube-system.',
  ]);
});
