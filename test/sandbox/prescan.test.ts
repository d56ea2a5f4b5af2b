import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TreeEntry } from '../../src/model.ts';
import { prescanChart, skippedSchemas } from '../../src/render/prescan/chart.ts';
import { prescanKustomization } from '../../src/render/prescan/kustomization.ts';
import type { ScannedTree } from '../../src/render/prescan/prescan.ts';
import { isRemote } from '../../src/render/prescan/reference.ts';
import { isSchemaFetchFailure, remoteSchemaReference } from '../../src/render/prescan/schema.ts';

function treeOf(files: Record<string, string>): ScannedTree {
  const entries = Object.keys(files)
    .sort()
    .map((path): TreeEntry => ({ path, type: 'file', size: 1, oid: '' }));
  return {
    entries: () => Promise.resolve(entries),
    read: (path) => Promise.resolve(files[path] === undefined ? undefined : Buffer.from(files[path])),
  };
}

const places = (problems: readonly { code: string; file?: string; line?: number }[]): string[] =>
  problems.map(({ code, file, line }) => `${code} ${file}:${line}`);

describe('a kustomization', () => {
  const url = 'https://example.com/x.yaml';

  test.each([
    [`resources:\n  - ok.yaml\n  - ${url}\n`, 3],
    [`bases:\n  - github.com/o/r//base?ref=v1\n`, 2],
    [`components:\n  - git@github.com:o/r.git\n`, 2],
    [`patches:\n  - path: ${url}\n`, 2],
    [`patchesStrategicMerge:\n  - ${url}\n`, 2],
    [`patchesJson6902:\n  - target: {kind: A}\n    path: ${url}\n`, 3],
    [`crds: [\n  "${url}"]\n`, 2],
    [`configurations:\n  - ${url}\n`, 2],
    [`configMapGenerator:\n  - name: g\n    files:\n      - key=${url}\n`, 4],
    [`configMapGenerator:\n  - name: g\n    envs: ["${url}"]\n`, 3],
    [`secretGenerator:\n  - name: g\n    env: ${url}\n`, 3],
    [`generators:\n  - ${url}\n`, 2],
    [`transformers:\n  - ${url}\n`, 2],
    [`validators:\n  - ${url}\n`, 2],
    [`replacements:\n  - path: ${url}\n`, 2],
    [`openapi:\n  path: ${url}\n`, 2],
    [`resources:\n  - file:///etc/passwd\n`, 2],
    [`resources:\n  - ssh://git@host/o/r\n`, 2],
    [`resources:\n  - --upload-pack=x\n`, 2],
  ])('that fetches is refused with its line: %j', async (text, line) => {
    const problems = await prescanKustomization('k', treeOf({ 'k/kustomization.yaml': text, 'k/ok.yaml': '' }));
    expect(places(problems)).toEqual([`remote-reference k/kustomization.yaml:${line}`]);
  });

  test('is followed into bases, and a reference out of the repository is found there', async () => {
    const problems = await prescanKustomization(
      'over/prod',
      treeOf({
        'over/prod/kustomization.yaml': 'resources: [../../base]\n',
        'base/kustomization.yml': 'resources:\n  - a.yaml\n  - ../../other\n  - /etc\n',
        'base/a.yaml': '',
      }),
    );
    expect(places(problems)).toEqual([
      'path-outside base/kustomization.yml:3',
      'path-outside base/kustomization.yml:4',
    ]);
  });

  test('that includes itself is a circle', async () => {
    const problems = await prescanKustomization(
      'a',
      treeOf({ 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources:\n  - ../a\n' }),
    );
    expect(problems).toMatchObject([
      {
        code: 'kustomize-cycle',
        file: 'b/kustomization.yaml',
        line: 2,
        message: expect.stringContaining('"a" → "b" → "a"'),
      },
    ]);
  });

  test('with functions, plugins or helmCharts is told which', async () => {
    const problems = await prescanKustomization(
      '.',
      treeOf({
        'kustomization.yaml':
          'transformers:\n  - f.yaml\n  - |\n    apiVersion: example.com/v1\n    kind: Inline\nhelmCharts:\n  - name: redis\n    repo: https://charts.example.com\n    version: 1.2.3\n',
        'f.yaml':
          'apiVersion: v1\nkind: Fn\nmetadata:\n  annotations:\n    config.kubernetes.io/function: "exec: {path: x}"\n---\napiVersion: builtin\nkind: PrefixTransformer\n',
      }),
    );
    expect(places(problems)).toEqual([
      'kustomize-helm-charts kustomization.yaml:7',
      'kustomize-function f.yaml:2',
      'kustomize-plugin kustomization.yaml:5',
    ]);
    expect(problems[0]?.message).toContain('"redis" 1.2.3 of "https://charts.example.com" in helmCharts');
  });

  test('of ordinary files is left in peace', async () => {
    const problems = await prescanKustomization(
      'k',
      treeOf({
        'k/kustomization.yaml':
          'resources: [a.yaml, ../base, -dash.yaml]\nconfigMapGenerator:\n  - {name: g, files: [app.properties, key=x/y.txt]}\npatches:\n  - patch: |\n      - op: remove\n        path: /spec\n',
        'k/-dash.yaml': '',
        'k/a.yaml': '',
        'base/kustomization.yaml': '',
      }),
    );
    expect(problems).toEqual([]);
  });

  test('never throws, whatever stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => `resources: ${text}\npatches: ${text}`),
        ),
        async (text) => {
          await prescanKustomization('.', treeOf({ 'kustomization.yaml': text }));
        },
      ),
    );
  });
});

describe('a chart', () => {
  test('whose dependencies are not there is told which, and where they would come from', async () => {
    const problems = await prescanChart(
      'c',
      treeOf({
        'c/Chart.yaml':
          'name: c\ndependencies:\n  - name: here\n  - name: packed\n    repository: https://x\n  - name: redis\n    repository: oci://registry.example.com/charts\n  - name: near\n    repository: file://../../near\n  - name: beside\n    repository: file://../beside\n',
        'beside/Chart.yaml': 'name: beside\n',
        'c/charts/here/Chart.yaml': 'name: here\n',
        'c/charts/packed-1.0.0.tgz': '',
      }),
    );
    expect(places(problems)).toEqual(['dependency-missing c/Chart.yaml:6', 'dependency-missing c/Chart.yaml:8']);
    expect(problems[0]?.message).toContain('"redis" of "oci://registry.example.com/charts"');
    expect(problems[1]?.hint).toContain('leaves the repository');
  });

  test('whose schema would be fetched is rendered without it, and that is said', async () => {
    const notices = await skippedSchemas(
      'c',
      treeOf({ 'c/Chart.yaml': 'name: c\n', 'c/charts/d/values.schema.json': '{"$ref":"https://example.com/s.json"}' }),
    );
    expect(notices).toMatchObject([{ code: 'schema-skipped', file: 'c/charts/d/values.schema.json' }]);
  });
});

test.each([
  ['{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"a":{"$ref":"#/definitions/a"}}}', undefined],
  ['{"$id":"https://x/s.json","a":{"$ref":"https://x/s.json#/b"}}', undefined],
  ['{"$schema":"https://x/meta.json"}', 'https://x/meta.json'],
  ['{"a":[{"$ref":"file:///etc/x.json"}]}', 'file:///etc/x.json'],
  ['{"a":{"$ref":"other.json"}}', 'other.json'],
  ['no json', undefined],
])('the schema %s reaches out to %s', (text, reference) => {
  expect(remoteSchemaReference(text)).toBe(reference);
});

test.each([
  [
    'Error: values don\'t meet the specifications of the schema(s) in the following chart(s):\nc:\nfailing loading "http://x/s.json": x',
    true,
  ],
  [
    "values don't meet the specifications of the schema(s)\nc:\n- at '/name': 'failing loading' does not match pattern",
    false,
  ],
  ['nil pointer evaluating interface {}.tag', false],
])('helm that says %j wanted another document: %j', (stderr, wanted) => {
  expect(isSchemaFetchFailure(stderr)).toBe(wanted);
});

test('plain relative paths are no remote references', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('', './', '../', '../../'),
      (parts, up) => {
        expect(isRemote(`${up}${parts.join('/')}.yaml`)).toBe(false);
      },
    ),
  );
});
