import { describe, expect, test } from '@jest/globals';
import type { Change, Tree } from '../../src/model.ts';
import { discoverUnits } from '../../src/render/discover.ts';
import { defaultSettings, type Settings } from '../../src/settings.ts';
import { Link, memoryTree } from '../support/memory-tree.ts';

const chart = (folder: string, more: Record<string, string> = {}): Record<string, string> => ({
  [`${folder}/Chart.yaml`]: `apiVersion: v2\nname: ${folder.split('/').at(-1)}\nversion: 0.1.0\n`,
  [`${folder}/values.yaml`]: 'replicas: 1\n',
  [`${folder}/templates/deployment.yaml`]: 'kind: Deployment\n',
  ...Object.fromEntries(Object.entries(more).map(([name, text]) => [`${folder}/${name}`, text])),
});
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n';
const modified = (...paths: string[]): Change[] => paths.map((path) => ({ path, status: 'modified' }));
const found = async (tree: Tree, changes: Change[] | 'all', settings: Partial<Settings> = {}): Promise<string[]> =>
  (await discoverUnits(tree, changes, { ...defaultSettings, ...settings })).units.map(({ id }) => id);

describe('charts', () => {
  test('are found by any of their files, and only the touched one', async () => {
    const tree = memoryTree({ ...chart('charts/api'), ...chart('charts/web') });
    expect(await found(tree, modified('charts/api/templates/deployment.yaml'))).toEqual(['helm:charts/api']);
    expect(await found(tree, 'all')).toEqual(['helm:charts/api', 'helm:charts/web']);
  });

  test('a subchart renders its parent and never alone', async () => {
    const tree = memoryTree({ ...chart('api'), ...chart('api/charts/redis') });
    const { units } = await discoverUnits(tree, modified('api/charts/redis/values.yaml'), defaultSettings);
    expect(units.map(({ id }) => id)).toEqual(['helm:api']);
    expect(units[0]?.because).toEqual([
      { file: 'api/charts/redis/values.yaml', reason: 'is part of its subchart redis' },
    ]);
    expect(await found(tree, 'all')).toEqual(['helm:api']);
  });

  test('a library chart is named as skipped, and what depends on it by file:// is rendered', async () => {
    const tree = memoryTree({
      'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n',
      'lib/templates/_x.tpl': '',
      'api/Chart.yaml':
        'apiVersion: v2\nname: api\nversion: 1.0.0\ndependencies:\n  - { name: lib, version: 1.0.0, repository: "file://../lib" }\n',
      ...Object.fromEntries(Object.entries(chart('other'))),
    });
    const { units, notices } = await discoverUnits(tree, modified('lib/templates/_x.tpl'), defaultSettings);
    expect(units.map(({ id }) => id)).toEqual(['helm:api']);
    expect(units[0]?.because[0]?.reason).toBe('is part of its dependency lib (lib)');
    expect(notices.map(({ code, unit }) => [code, unit])).toEqual([['library-chart', 'helm:lib']]);
  });

  test('environment files in the chart are variants, and a change in one renders that one alone', async () => {
    const tree = memoryTree(
      chart('api', { 'values-prod.yaml': '', 'values.dev.yaml': '', 'ci/a-values.yaml': '', 'values/eu.yaml': '' }),
    );
    expect(await found(tree, 'all')).toEqual([
      'helm:api',
      'helm:api@values-prod.yaml',
      'helm:api@values.dev.yaml',
      'helm:api@values/eu.yaml',
      'helm:api@ci/a-values.yaml',
    ]);
    expect(await found(tree, modified('api/values-prod.yaml'))).toEqual(['helm:api@values-prod.yaml']);
  });

  test('releases named in the settings replace what would be inferred, and reach values outside the chart', async () => {
    const tree = memoryTree({ ...chart('api', { 'values-x.yaml': '' }), 'envs/prod.yaml': '' });
    const release = { variant: 'prod', name: 'live', namespace: 'shop', values: ['envs/prod.yaml'] };
    const settings = { helm: { charts: [{ path: 'api', releases: [release] }] } };
    const { units } = await discoverUnits(tree, modified('envs/prod.yaml'), { ...defaultSettings, ...settings });
    expect(units).toMatchObject([
      { id: 'helm:api@prod', values: ['envs/prod.yaml'], release: { name: 'live', namespace: 'shop' } },
    ]);
    const unused = await discoverUnits(tree, modified('api/values-x.yaml'), { ...defaultSettings, ...settings });
    expect(unused.units).toEqual([]);
    expect(unused.notices.map(({ code, file }) => [code, file])).toEqual([['values-unused', 'api/values-x.yaml']]);
  });

  test('a README alone touches nothing, unless a template can read it', async () => {
    const quiet = memoryTree(chart('api', { 'README.md': '' }));
    expect(await found(quiet, modified('api/README.md', 'README.md'))).toEqual([]);
    const reader = memoryTree(chart('api', { 'README.md': '', 'templates/c.yaml': '{{ .Files.Get "README.md" }}' }));
    expect(await found(reader, modified('api/README.md'))).toEqual(['helm:api']);
  });

  test('a chart that was deleted, renamed or moved is found on the side where it exists, under the same id', async () => {
    const base = memoryTree(chart('old/api'));
    const head = memoryTree(chart('new/api'));
    const moved: Change[] = ['Chart.yaml', 'values.yaml', 'templates/deployment.yaml'].map((name) => ({
      path: `new/api/${name}`,
      from: `old/api/${name}`,
      status: 'renamed',
    }));
    expect(await found(base, moved)).toEqual(['helm:old/api']);
    expect(await found(head, moved)).toEqual(['helm:new/api']);
    const gone: Change[] = [{ path: 'old/api/Chart.yaml', status: 'deleted' }];
    expect(await found(memoryTree({}), gone)).toEqual([]);
    expect(await found(base, gone)).toEqual(['helm:old/api']);
  });

  test('an empty repository has no units', async () => {
    expect(await discoverUnits(memoryTree({}), 'all', defaultSettings)).toEqual({
      units: [],
      problems: [],
      notices: [],
    });
  });
});

describe('kustomizations', () => {
  const tree = memoryTree({
    'base/kustomization.yaml': 'resources: [pod.yaml]\nconfigMapGenerator:\n  - { name: c, files: [k=conf/app.ini] }\n',
    'base/pod.yaml': pod,
    'base/conf/app.ini': '',
    'base/unlisted.yaml': pod,
    'overlays/prod/kustomization.yml': 'resources: [../../base]\npatches: [{ path: p.yaml }]\n',
    'overlays/prod/p.yaml': '- op: remove\n  path: /spec\n',
    'overlays/dev/Kustomization': 'bases:\n  - "../../base"\n',
    'other/kustomization.yaml': 'resources: [pod.yaml]\n',
    'other/pod.yaml': pod,
  });

  test('a base is judged through its overlays, whatever of it changed', async () => {
    for (const file of ['base/pod.yaml', 'base/kustomization.yaml', 'base/conf/app.ini'])
      expect(await found(tree, modified(file))).toEqual(['kustomize:overlays/dev', 'kustomize:overlays/prod']);
    expect(await found(tree, modified('overlays/prod/p.yaml'))).toEqual(['kustomize:overlays/prod']);
  });

  test('all of them come to the roots alone, and manifests nothing lists are plain', async () => {
    expect(await found(tree, 'all')).toEqual([
      'kustomize:other',
      'kustomize:overlays/dev',
      'kustomize:overlays/prod',
      'plain:base',
    ]);
  });

  test('the way from the changed file to the unit is told', async () => {
    const { units } = await discoverUnits(tree, modified('base/conf/app.ini'), defaultSettings);
    expect(units[0]?.because).toEqual([{ file: 'base/conf/app.ini', reason: 'is reached through base' }]);
  });

  test('a ring of kustomizations is rendered once, so that its error is seen', async () => {
    const ring = memoryTree({
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
    });
    expect(await found(ring, 'all')).toEqual(['kustomize:a']);
    expect(await found(ring, modified('b/kustomization.yaml'))).toEqual(['kustomize:a']);
  });

  test('a component that nothing includes is named as skipped', async () => {
    const alone = memoryTree({ 'c/kustomization.yaml': 'kind: Component\npatches: [{ path: x.yaml }]\n' });
    const { units, notices } = await discoverUnits(alone, 'all', defaultSettings);
    expect(units).toEqual([]);
    expect(notices.map(({ code }) => code)).toEqual(['component-unused']);
  });
});

describe('plain manifests', () => {
  test('make one unit per folder; other YAML and JSON is none', async () => {
    const tree = memoryTree({
      'k8s/a.yaml': pod,
      'k8s/b.json': '{"apiVersion":"v1","kind":"Service"}',
      'k8s/notes.yaml': 'a: 1\n',
      'k8s/sub/c.yml': pod,
      '.github/workflows/ci.yaml': pod,
      'package.json': '{"apiVersion":1,"kind":2}',
      'values.yaml': pod,
    });
    const { units } = await discoverUnits(tree, 'all', defaultSettings);
    expect(units).toMatchObject([
      { id: 'plain:k8s', files: ['k8s/a.yaml', 'k8s/b.json'] },
      { id: 'plain:k8s/sub', files: ['k8s/sub/c.yml'] },
    ]);
    expect(await found(tree, modified('k8s/notes.yaml'))).toEqual([]);
    expect(await found(tree, modified('k8s/b.json'))).toEqual(['plain:k8s']);
    expect(await found(tree, [{ path: 'k8s/gone.yaml', status: 'deleted' }])).toEqual(['plain:k8s']);
  });
});

describe('include and exclude', () => {
  test('leave units out by root or file, and say so', async () => {
    const tree = memoryTree({ ...chart('charts/api'), ...chart('test/api'), 'k8s/a.yaml': pod, 'k8s/b.yaml': pod });
    const settings = { ...defaultSettings, exclude: ['test/**', 'k8s/b.yaml'] };
    const { units, notices } = await discoverUnits(tree, 'all', settings);
    expect(units.map(({ id }) => id)).toEqual(['helm:charts/api', 'plain:k8s']);
    expect(units[1]).toMatchObject({ files: ['k8s/a.yaml'] });
    expect(notices.map(({ code, unit }) => [code, unit])).toEqual([['unit-excluded', 'helm:test/api']]);
    expect(await found(tree, 'all', { include: ['charts/**'] })).toEqual(['helm:charts/api']);
  });
});

describe('the cost', () => {
  test('of one touched chart among a thousand is its own files and one search', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 1000; index += 1) Object.assign(files, chart(`charts/c${index}`));
    for (let index = 0; index < 200; index += 1)
      files[`apps/a${index}/kustomization.yaml`] = `resources: [../../bases/b${index}]\n`;
    const tree = memoryTree(files);
    expect(await found(tree, modified('charts/c7/values.yaml'))).toEqual(['helm:charts/c7']);
    const read = tree.asked.read.filter((path) => !path.startsWith('apps/'));
    expect(read.filter((path) => !path.startsWith('charts/c7/'))).toEqual([]);
    expect(tree.asked.searches).toBe(1);
  });
});

test('a link is a file of its folder', async () => {
  const tree = memoryTree({
    ...chart('api'),
    'api/values-prod.yaml': new Link('../envs/prod.yaml'),
    'envs/prod.yaml': '',
  });
  expect(await found(tree, 'all')).toEqual(['helm:api', 'helm:api@values-prod.yaml']);
});
