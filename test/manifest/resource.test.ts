import { describe, expect, test } from '@jest/globals';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import { maskSecrets } from '../../src/manifest/secrets.ts';
import type { Resource } from '../../src/model.ts';

function read(text: string): Resource[] {
  return parseManifests(text).documents.flatMap((document) =>
    resourcesOf(document, { unit: 'plain:.', namespace: 'given', origin: { file: 'x.yaml' }, firstIndex: 0 }),
  );
}

describe('resources', () => {
  test('the items of lists are objects with positions of their own', () => {
    const found = read(
      'apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  metadata: {name: a, namespace: ns}\n- kind: List\n  items:\n  - kind: Pod\n    metadata: {name: b}\n- text\n',
    );
    expect(found.map(({ name, namespace, index }) => [name, namespace, index])).toEqual([
      ['a', 'ns', 0],
      ['b', 'given', 1],
    ]);
    expect(found[1]!.locate(['metadata', 'name']).startLine).toBe(9);
  });

  test('items of a typed list take kind and version from it', () => {
    expect(read('apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n')[0]).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'a',
    });
  });

  test('objects without a name or with an odd apiVersion are objects, documents without a kind are not', () => {
    expect(read('kind: Pod\napiVersion: 1\nmetadata: {generateName: x-}\n---\na: 1\n')).toMatchObject([
      { kind: 'Pod', apiVersion: '', name: '' },
    ]);
  });

  test('manifests are frozen to the leaves', () => {
    const [pod] = read('kind: Pod\nspec: {containers: [{name: a}]}\n');
    const { containers } = pod!.manifest.spec as unknown as { containers: { name: string }[] };
    expect(() => (containers[0]!.name = 'b')).toThrow(TypeError);
    expect(() => containers.push({ name: 'c' })).toThrow(TypeError);
  });
});

describe('maskSecrets', () => {
  test('hides values, keeps keys, and covers what kubectl applied last', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const maskedObject = maskSecrets({
      kind: 'Secret',
      metadata: { name: 's', annotations: { [annotation]: 'hunter2', other: 'kept' } },
      data: { password: 'hunter2' },
      stringData: 'hunter2',
    });
    expect(JSON.stringify(maskedObject)).not.toContain('hunter2');
    expect(maskedObject).toMatchObject({ data: { password: '***' }, metadata: { annotations: { other: 'kept' } } });
    expect(
      JSON.stringify(maskSecrets({ kind: 'List', items: [{ kind: 'Secret', data: { a: 'hunter2' } }] })),
    ).not.toContain('hunter2');
  });

  test('hides credentials outside of Secrets: by name, in pairs of name and value, by form', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const object = {
      kind: 'ConfigMap',
      data: { 'db-password': 'hunter2-x', passwordFile: '/run/secrets/p', host: 'db', 'app.ini': `token = ${token}` },
      env: [
        { name: 'DB_PASSWORD', value: 'hunter2-y' },
        { name: 'PASSWORD', value: '$(OTHER)' },
        { name: 'MODE', value: 'fast' },
      ],
    };
    expect(maskSecrets(object)).toEqual({
      kind: 'ConfigMap',
      data: { 'db-password': '***', passwordFile: '/run/secrets/p', host: 'db', 'app.ini': '***' },
      env: [
        { name: 'DB_PASSWORD', value: '***' },
        { name: 'PASSWORD', value: '$(OTHER)' },
        { name: 'MODE', value: 'fast' },
      ],
    });
  });

  test('leaves other objects as they are', () => {
    const map = { kind: 'ConfigMap', data: { a: 'b' } };
    expect(maskSecrets(map)).toBe(map);
  });
});
