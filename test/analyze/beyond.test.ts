import { expect, test } from '@jest/globals';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../src/analyze/run.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import type { Resource, Severity } from '../../src/model.ts';
import { workloadSet } from '../../src/subjects/set.ts';

const origin = { file: 'a.yaml' };
function unit(id: string, ...objects: object[]): Resource[] {
  return objects.flatMap((object) =>
    parseManifests(JSON.stringify(object)).documents.flatMap((document) =>
      resourcesOf(document, { unit: id, namespace: 'shop', origin, firstIndex: 0 }),
    ),
  );
}
const labels = { app: 'web' };
const object = (apiVersion: string, kind: string, name: string, spec: object = {}) => ({
  ...{ apiVersion, kind, metadata: { name, labels } },
  ...spec,
});
const deployment = (name: string) =>
  object('apps/v1', 'Deployment', name, {
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'runner',
          containers: [
            {
              name: 'app',
              env: [
                { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } },
                { name: 'B', valueFrom: { secretKeyRef: { name: 'sealed', key: 'b' } } },
              ],
            },
          ],
        },
      },
    },
  });
const wiring = [
  object('v1', 'Service', 'web', { spec: { selector: labels, ports: [{ port: 80 }] } }),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'web', { spec: { podSelector: { matchLabels: labels } } }),
  object('monitoring.coreos.com/v1', 'ServiceMonitor', 'web', { spec: { selector: { matchLabels: labels } } }),
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'web', {
    roleRef: { kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'runner' }],
  }),
];
const common = [
  object('v1', 'ServiceAccount', 'runner'),
  object('v1', 'ConfigMap', 'settings', { data: { a: '1' } }),
  object('bitnami.com/v1alpha1', 'SealedSecret', 'sealed'),
  object('rbac.authorization.k8s.io/v1', 'Role', 'reader', { rules: [] }),
];

/** What the joins miss in the first unit: the checks, with their severities. */
function missed(complete: boolean, first: Resource[], ...others: Resource[][]): [string, Severity][] {
  const all = workloadSet([...first, ...others.flat()], complete);
  const joins = checks.filter(({ id }) => /^(?:dangling-|non-existent-service-account$)/.test(id));
  const found = runChecks(first, { checks: joins, kubeVersion: { major: 1, minor: 35 }, complete: true, all });
  return found.map(({ check, severity }) => [check.id, severity]);
}

test('What a folder misses may be in any other folder of the repository.', () => {
  const web = unit('plain:web', deployment('web'));
  const rest = unit('plain:wiring', ...wiring);
  const shared = unit('plain:common', ...common);
  expect(missed(true, web, rest, shared)).toEqual([]);
  expect(missed(true, rest, web, shared)).toEqual([]);
});

test('What is in no folder is missed.', () => {
  expect(missed(true, unit('plain:web', deployment('web')), unit('plain:wiring', ...wiring))).toEqual([
    ['dangling-config-reference', 'medium'],
    ['dangling-config-reference', 'info'],
    ['non-existent-service-account', 'medium'],
  ]);
  expect(missed(true, unit('plain:wiring', ...wiring), unit('plain:common', ...common)).map(([id]) => id)).toEqual([
    'dangling-service',
    'dangling-hpa',
    'dangling-network-policy',
  ]);
});

test('What a folder misses may be in one that could not be rendered: then it is only worth a word.', () => {
  const found = missed(false, unit('plain:web', deployment('web')));
  expect(found.map(([, severity]) => severity)).toEqual(['info', 'info', 'info']);
  expect(missed(false, unit('plain:wiring', ...wiring)).map(([id]) => id)).not.toContain('dangling-network-policy');
});

test('Another variant of a chart, and another overlay of the same application, have nothing that this one misses.', () => {
  const ids = (found: [string, Severity][]): string[] => found.map(([id]) => id);
  const production = unit('helm:web@values-production.yaml', deployment('web'));
  expect(ids(missed(true, production, unit('helm:web', deployment('api'), ...common)))).toContain(
    'non-existent-service-account',
  );
  const overlay = unit('kustomize:overlays/production', deployment('web'));
  expect(ids(missed(true, overlay, unit('kustomize:overlays/staging', deployment('web'), ...common)))).toContain(
    'non-existent-service-account',
  );
});
