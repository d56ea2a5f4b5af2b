import { describe, expect, test } from '@jest/globals';
import type { Change, HelmUnit, RenderUnit, Tree } from '../../src/model.ts';
import { discoverUnits } from '../../src/render/discover.ts';
import { setParameter } from '../../src/render/gitops/parameters.ts';
import { defaultSettings } from '../../src/settings.ts';
import { memoryTree } from '../support/memory-tree.ts';

const chart = {
  'charts/api/Chart.yaml': 'name: api\n',
  'charts/api/values-x.yaml': '',
  'charts/api/values-y.yaml': '',
};
const argo = (kind: string, name: string, spec: unknown): string =>
  JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name }, spec });
const source = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  repoURL: 'https://git.example/r.git',
  path: 'charts/api',
  ...more,
});
const modified = (path: string): Change[] => [{ path, status: 'modified' }];
const helmOf = async (tree: Tree, changes: Change[] | 'all' = 'all'): Promise<HelmUnit[]> =>
  (await discoverUnits(tree, changes, defaultSettings)).units.filter((unit): unit is HelmUnit => unit.kind === 'helm');
const ids = (units: readonly RenderUnit[]): string[] => units.map(({ id }) => id);

describe('an Argo CD Application', () => {
  test('gives a chart its release, namespace, files and inline values in Argo CD’s order', async () => {
    const tree = memoryTree({
      ...chart,
      'envs/prod.yaml': '',
      'apps/a.yaml': argo('Application', 'api-prod', {
        destination: { namespace: 'shop' },
        source: source({
          helm: {
            valueFiles: ['values-x.yaml', '/envs/prod.yaml', 'missing.yaml'],
            ignoreMissingValueFiles: true,
            valuesObject: { a: 1 },
            parameters: [
              { name: 'image.tag', value: '7', forceString: true },
              { name: 'on', value: 'true' },
            ],
          },
        }),
      }),
    });
    expect(await helmOf(tree)).toMatchObject([
      {
        id: 'helm:charts/api@api-prod',
        release: { name: 'api-prod', namespace: 'shop' },
        values: ['charts/api/values-x.yaml', 'envs/prod.yaml'],
        inlineValues: [
          { file: 'apps/a.yaml', document: 0, path: ['spec', 'source', 'helm', 'valuesObject'], values: { a: 1 } },
          { path: ['spec', 'source', 'helm', 'parameters'], values: { image: { tag: '7' }, on: true } },
        ],
      },
    ]);
    expect(ids(await helmOf(tree, modified('envs/prod.yaml')))).toEqual(['helm:charts/api@api-prod']);
    expect(ids(await helmOf(tree, modified('apps/a.yaml')))).toEqual(['helm:charts/api@api-prod']);
    expect(await helmOf(tree, modified('charts/api/values-y.yaml'))).toEqual([]);
  });

  test('is found in any folder but a chart’s templates', async () => {
    const application = argo('Application', 'api', { source: source() });
    const found = async (files: Record<string, string>): Promise<string[]> =>
      ids(await helmOf(memoryTree({ ...chart, 'charts/api/templates/pod.yaml': '', ...files })));
    expect(await found({ 'charts/api/templates/app.yaml': application })).toEqual(await found({}));
    for (const file of [
      'apps/app.yaml',
      'templates/app.yaml',
      'apps/templates/deep/app.yaml',
      'charts/templates/app.yaml',
    ])
      expect([file, await found({ [file]: application })]).toEqual([file, ['helm:charts/api@api']]);
    const inside = {
      'charts/api/templates/inner/Chart.yaml': 'name: inner\n',
      'charts/api/templates/inner/app.yaml': application,
    };
    expect(await found(inside)).toEqual(expect.arrayContaining(['helm:charts/api@api']));
  });

  test('with several sources takes values of another one by its $ref', async () => {
    const tree = memoryTree({
      ...chart,
      'envs/prod/api.yaml': '',
      'apps/a.yaml': argo('Application', 'api', {
        sources: [source({ helm: { valueFiles: ['$here/envs/prod/api.yaml'] } }), { repoURL: 'x', ref: 'here' }],
      }),
    });
    const units = await helmOf(tree, modified('envs/prod/api.yaml'));
    expect(units).toMatchObject([{ values: ['envs/prod/api.yaml'] }]);
  });

  test('of a chart that lies elsewhere is named as not rendered when its values change', async () => {
    const tree = memoryTree({
      'envs/redis.yaml': '',
      'apps/a.yaml': argo('Application', 'cache', {
        sources: [
          { repoURL: 'https://u:p@charts.example', chart: 'redis', helm: { valueFiles: ['$v/envs/redis.yaml'] } },
          { repoURL: 'x', ref: 'v' },
        ],
      }),
    });
    const { notices } = await discoverUnits(tree, modified('envs/redis.yaml'), defaultSettings);
    expect(notices.map(({ code, message }) => [code, message])).toEqual([
      [
        'gitops-not-followed',
        'What Application cache deploys was not rendered: chart redis comes from https://charts.example, not from this repository.',
      ],
    ]);
  });

  test('makes a base it points at a root of its own', async () => {
    const tree = memoryTree({
      'base/kustomization.yaml': 'resources: [pod.yaml]\n',
      'base/pod.yaml': '',
      'prod/kustomization.yaml': 'resources: [../base]\n',
      'apps/a.yaml': argo('Application', 'base', { source: { path: 'base' } }),
    });
    const { units } = await discoverUnits(tree, modified('base/pod.yaml'), defaultSettings);
    expect(ids(units)).toEqual(['kustomize:base', 'kustomize:prod']);
  });

  test('with recurse makes one unit of the folder and all below it', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\n';
    const tree = memoryTree({
      'm/a.yaml': pod,
      'm/sub/b.yaml': pod,
      'm/sub/skip/c.yaml': pod,
      'apps/a.yaml': argo('Application', 'm', {
        source: { path: 'm', directory: { recurse: true, exclude: 'sub/skip/*' } },
      }),
    });
    const { units } = await discoverUnits(tree, modified('m/sub/b.yaml'), defaultSettings);
    expect(units).toMatchObject([{ id: 'plain:m', files: ['m/a.yaml', 'm/sub/b.yaml'] }]);
  });
});

describe('an ApplicationSet', () => {
  const template = (path: string, name: string, file: string): unknown => ({
    metadata: { name },
    spec: { destination: { namespace: 'x' }, source: source({ path, helm: { valueFiles: [file] } }) },
  });

  test('is spread by lists and matrices', async () => {
    const tree = memoryTree({
      ...chart,
      'apps/set.yaml': argo('ApplicationSet', 'api', {
        generators: [
          {
            matrix: {
              generators: [
                { list: { elements: [{ env: 'x' }, { env: 'y' }] } },
                { list: { elements: [{ region: 'eu' }] } },
              ],
            },
          },
        ],
        template: template('charts/api', 'api-{{env}}-{{region}}', 'values-{{ env }}.yaml'),
      }),
    });
    expect((await helmOf(tree)).map(({ id, values }) => [id, values])).toEqual([
      ['helm:charts/api@api-x-eu', ['charts/api/values-x.yaml']],
      ['helm:charts/api@api-y-eu', ['charts/api/values-y.yaml']],
    ]);
  });

  test('is spread by the folders and files of the repository, in Go templates too', async () => {
    const tree = memoryTree({
      ...chart,
      'envs/x/config.json': '{"env":{"name":"x"}}',
      'apps/set.yaml': argo('ApplicationSet', 'api', {
        goTemplate: true,
        generators: [
          { git: { files: [{ path: 'envs/*/config.json' }] } },
          { git: { directories: [{ path: 'charts/*' }] } },
        ],
        template: template('{{ if .path }}', 'a', 'v'),
      }),
      'apps/two.yaml': argo('ApplicationSet', 'two', {
        goTemplate: true,
        generators: [{ git: { directories: [{ path: 'charts/*' }] } }],
        template: template('{{.path.path}}', '{{.path.basename}}-{{index .path.segments 0}}', 'values-x.yaml'),
      }),
      'apps/three.yaml': argo('ApplicationSet', 'three', {
        goTemplate: true,
        generators: [{ git: { files: [{ path: 'envs/*/config.json' }] } }],
        template: template('charts/api', 'three', 'values-{{.env.name}}.yaml'),
      }),
    });
    const { units, notices } = await discoverUnits(tree, modified('envs/x/config.json'), defaultSettings);
    expect(ids(units)).toEqual(['helm:charts/api@three']);
    expect(ids(await helmOf(tree)).sort()).toEqual(['helm:charts/api@api-charts', 'helm:charts/api@three']);
    expect(notices).toEqual([]);
  });

  test('that asks a cluster or a service says what stays open', async () => {
    const tree = memoryTree({
      ...chart,
      'apps/set.yaml': argo('ApplicationSet', 's', {
        generators: [{ pullRequest: {} }],
        template: template('charts/api', 'a', 'values-x.yaml'),
      }),
    });
    const { notices } = await discoverUnits(tree, modified('apps/set.yaml'), defaultSettings);
    expect(notices[0]?.message).toContain('the generator pullRequest asks a cluster or a service');
  });
});

describe('Flux', () => {
  const release = (spec: unknown): string =>
    JSON.stringify({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'web', namespace: 'apps' },
      spec,
    });
  const inRepository = { chart: './charts/api', sourceRef: { kind: 'GitRepository', name: 'r' } };

  test('a HelmRelease gives release name, namespace, files and values, ConfigMaps of the repository included', async () => {
    const tree = memoryTree({
      ...chart,
      'clusters/web.yaml': release({
        targetNamespace: 'prod',
        chart: { spec: { ...inRepository, valuesFiles: ['charts/api/values-x.yaml'] } },
        valuesFrom: [
          { kind: 'ConfigMap', name: 'web-values' },
          { kind: 'ConfigMap', name: 'made', valuesKey: 'v.yaml' },
        ],
        values: { replicas: 3 },
      }),
      'clusters/map.yaml': 'kind: ConfigMap\nmetadata: {name: web-values}\ndata:\n  values.yaml: |\n    a: 1\n',
      'clusters/kustomization.yaml':
        'resources: [web.yaml, map.yaml]\nconfigMapGenerator:\n  - { name: made, files: [v.yaml=made.yaml] }\n',
      'clusters/made.yaml': 'b: 2\n',
    });
    expect(await helmOf(tree, modified('clusters/made.yaml'))).toMatchObject([
      {
        id: 'helm:charts/api@apps/web',
        release: { name: 'prod-web', namespace: 'prod' },
        values: ['charts/api/values-x.yaml'],
        inlineValues: [
          { file: 'clusters/map.yaml', path: ['data', 'values.yaml'], values: { a: 1 } },
          { file: 'clusters/made.yaml', path: [], values: { b: 2 } },
          { file: 'clusters/web.yaml', path: ['spec', 'values'], values: { replicas: 3 } },
        ],
      },
    ]);
  });

  test('a Kustomization over a folder without one takes everything below it', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\n';
    const tree = memoryTree({
      'apps/a.yaml': pod,
      'apps/sub/b.yaml': pod,
      'clusters/apps.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./apps}\n',
    });
    const { units } = await discoverUnits(tree, modified('apps/sub/b.yaml'), defaultSettings);
    expect(units).toMatchObject([{ id: 'plain:apps', files: ['apps/a.yaml', 'apps/sub/b.yaml'] }]);
  });
});

test('parameters are typed and nested as helm does', () => {
  const values: Record<string, unknown> = {};
  for (const [name, value] of [
    ['a.b', '1'],
    ['a.c', 'null'],
    [String.raw`n.x\.io/y`, '007'],
    ['f', '1.5'],
  ] as const)
    expect(setParameter(values, name, value, false)).toBe(true);
  expect(values).toEqual({ a: { b: 1, c: null }, n: { 'x.io/y': '007' }, f: '1.5' });
  for (const name of ['list[0]', '__proto__.x', '']) expect(setParameter(values, name, '1', false)).toBe(false);
  expect(setParameter(values, 'set', '{a,b}', false)).toBe(false);
});
