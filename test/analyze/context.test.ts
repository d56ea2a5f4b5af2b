import { expect, test } from '@jest/globals';
import { contextIndex } from '../../src/analyze/context.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import type { Resource } from '../../src/model.ts';

const origin = { file: 'a.yaml' };
function unit(id: string, ...objects: object[]): Resource[] {
  return objects.flatMap((object) =>
    parseManifests(JSON.stringify(object)).documents.flatMap((document) =>
      resourcesOf(document, { unit: id, namespace: '', origin, firstIndex: 0 }),
    ),
  );
}
const pod = (name: string, namespace: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels: { app: name } } },
  spec: { containers: [] },
});
const policy = (name: string, namespace: string, app?: string) => ({
  ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace } },
  spec: { podSelector: app === undefined ? {} : { matchLabels: { app } } },
});
const names = (found: Resource[]): string[] => found.map(({ name }) => name).sort();

test('A unit meets the policies of others that select its pods, or all pods of its namespaces, and not its own.', () => {
  const shop = unit('shop', pod('web', 'shop'), policy('own', 'shop', 'web'));
  const others = unit(
    'platform',
    policy('for-web', 'shop', 'web'),
    policy('for-all', 'shop'),
    policy('elsewhere', 'bank', 'web'),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota', namespace: 'shop' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' } },
    { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'wide' } },
  );
  const found = contextIndex([...shop, ...others])('shop', shop);
  expect(names(found)).toEqual(['for-all', 'for-web', 'quota', 'shop', 'wide']);
});

test('That a namespace has some policy is known, however many there are that do not concern the unit.', () => {
  const shop = unit('shop', pod('web', 'shop'), policy('own', 'shop', 'web'));
  const others = Array.from({ length: 100 }, (_, index) =>
    unit(`app-${index}`, policy(`p${index}`, 'shop', `a${index}`)),
  );
  const context = contextIndex([...shop, ...others.flat()]);
  expect(context('shop', shop).length).toBeLessThan(3);
  expect(context('shop', shop).length).toBeGreaterThan(0);
});
