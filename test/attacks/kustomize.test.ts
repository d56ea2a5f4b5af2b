import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { configMap, openArena, type Arena, type Files } from './arena.ts';

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(async () => {
  await arena[Symbol.asyncDispose]();
});

interface Attack {
  row: string;
  title: string;
  files: (arena: Arena) => Files;
  root?: string;
  says?: RegExp;
  renders?: RegExp;
}

const kustomization = (text: string, more: Files = {}): Files => ({
  'k/kustomization.yaml': text,
  'k/a.yaml': configMap('inside'),
  ...more,
});

/** Row 42: every field that kustomize reads a file by. */
const byUrl = (url: string): [string, string][] => [
  ['resources', `resources: ["${url}"]`],
  ['bases', `bases: ["${url}"]`],
  ['components', `resources: [a.yaml]\ncomponents: ["${url}"]`],
  ['patches', `resources: [a.yaml]\npatches: [{path: "${url}"}]`],
  ['patchesStrategicMerge', `resources: [a.yaml]\npatchesStrategicMerge: ["${url}"]`],
  [
    'patchesJson6902',
    `resources: [a.yaml]\npatchesJson6902: [{target: {version: v1, kind: ConfigMap, name: inside}, path: "${url}"}]`,
  ],
  ['crds', `resources: [a.yaml]\ncrds: ["${url}"]`],
  ['configurations', `resources: [a.yaml]\nconfigurations: ["${url}"]`],
  ['configMapGenerator', `configMapGenerator: [{name: g, files: ["x=${url}"]}]`],
  ['configMapGenerator envs', `configMapGenerator: [{name: g, envs: ["${url}"]}]`],
  ['generators', `generators: ["${url}"]`],
  ['transformers', `resources: [a.yaml]\ntransformers: ["${url}"]`],
  ['validators', `resources: [a.yaml]\nvalidators: ["${url}"]`],
  ['replacements', `resources: [a.yaml]\nreplacements: [{path: "${url}"}]`],
  ['openapi', `resources: [a.yaml]\nopenapi: {path: "${url}"}`],
];

const aliasBomb = [
  'a0: &a0 [x,x,x,x,x,x,x,x,x]',
  ...Array.from(
    { length: 11 },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(',')}]`,
  ),
].join('\n');

const fields = byUrl('').map(([name]) => name);

const fn = (more: string): string =>
  `apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: |\n      ${more}\n`;

const attacks: Attack[] = [
  {
    row: '40',
    title: 'a base outside',
    files: (a) => kustomization(`resources: ["${'../'.repeat(12)}${a.outside.slice(1)}"]`),
    says: /no such file|not found|must resolve|accumulat/,
  },
  {
    row: '40b',
    title: 'an absolute base outside',
    files: (a) => kustomization(`resources: ["${a.outside}"]`),
    says: /absolute|no such file|not found|accumulat/,
  },
  {
    row: '41',
    title: 'a file outside',
    files: (a) => kustomization(`resources: ["${'../'.repeat(12)}${a.outside.slice(1)}/a.yaml"]`),
    says: /no such file|security|not in or below|accumulat/,
  },
  ...fields.map((field): Attack => ({
    row: '42',
    title: `a URL in ${field}`,
    files: (a) => kustomization(byUrl(`${a.url}/x.yaml`).find(([name]) => name === field)?.[1] ?? ''),
    says: /./,
  })),
  {
    row: '43',
    title: 'a git repository over http',
    files: (a) => kustomization(`resources: ["git::${a.url}/o/r.git?ref=main"]`),
    says: /git/,
  },
  {
    row: '43b',
    title: 'a git repository over ssh',
    files: (a) => kustomization(`resources: ["ssh://git@127.0.0.1:${a.port}/o/r.git?ref=main"]`),
    says: /git/,
  },
  {
    row: '43c',
    title: 'a git repository by file:',
    files: (a) => kustomization(`resources: ["file://${a.outside}?ref=main"]`),
    says: /git|no such file|file:/,
  },
  {
    row: '44',
    title: 'a git reference that looks like an option',
    files: () => kustomization('resources: ["git::https://127.0.0.1/o/r.git?ref=--upload-pack=touch%20/tmp/x"]'),
    says: /git/,
  },
  {
    row: '45',
    title: 'helmCharts',
    files: () => kustomization('helmCharts: [{name: x, repo: "http://127.0.0.1", version: 1.0.0}]'),
    says: /--enable-helm/,
  },
  {
    row: '46',
    title: 'a container function',
    files: () =>
      kustomization('resources: [a.yaml]\ntransformers: [f.yaml]', { 'k/f.yaml': fn('container: {image: x}') }),
    says: /./,
  },
  {
    row: '47',
    title: 'an exec function',
    files: () =>
      kustomization('resources: [a.yaml]\ntransformers: [f.yaml]', {
        'k/f.yaml': fn('exec: {path: ./run}'),
        'k/run': '#!/bin/sh\ntouch /tmp/plimsoll-ran\n',
      }),
    says: /./,
  },
  {
    row: '48',
    title: 'a plugin',
    files: () =>
      kustomization('resources: [a.yaml]\ntransformers: [f.yaml]', {
        'k/f.yaml': 'apiVersion: example.com/v1\nkind: Plugin\nmetadata: {name: p}\n',
      }),
    says: /./,
  },
  {
    row: '49b',
    title: 'a generator reads .git/config above',
    files: () => ({
      '.git/config': 'secret',
      ...kustomization('configMapGenerator: [{name: g, files: ["../.git/config"]}]'),
    }),
    says: /security|not in or below/,
  },
  {
    row: '50',
    title: 'a generator of secrets reads a URL',
    files: (a) => kustomization(`secretGenerator: [{name: g, files: ["x=${a.url}/s"]}]`),
    says: /./,
  },
  {
    row: '50b',
    title: 'a generator reads a URL whose body never ends',
    files: (a) => kustomization(`configMapGenerator: [{name: g, files: ["x=${a.url}/endless"]}]`),
    says: /./,
  },
  {
    row: '42b',
    title: 'a resource is a URL whose body never ends',
    files: (a) => kustomization(`resources: ["${a.url}/endless"]`),
    says: /./,
  },
  {
    row: '31',
    title: 'aliases of a kustomization multiply',
    files: () => kustomization(`resources: [a.yaml]\n${aliasBomb}`),
    says: /excessive aliasing/,
  },
  {
    row: '31c',
    title: 'aliases of a patch multiply',
    files: () =>
      kustomization('resources: [a.yaml]\npatches: [{path: p.yaml}]', {
        'k/p.yaml': `${configMap('inside')}${aliasBomb}`,
      }),
    says: /memory limit/,
  },
  {
    row: '32',
    title: 'a resource is nested ten thousand levels deep',
    files: () =>
      kustomization('resources: [a.yaml]', {
        'k/a.yaml': `${configMap('x')}data: ${'['.repeat(10_001)}${']'.repeat(10_001)}\n`,
      }),
    says: /exceeded max depth/,
  },
  {
    row: '45b',
    title: 'helmGlobals beside helmCharts',
    files: () => kustomization('helmGlobals: {chartHome: /x}\nhelmCharts: [{name: x}]'),
    says: /--enable-helm/,
  },
  {
    row: '51',
    title: 'a component outside',
    files: (a) =>
      kustomization(`resources: [a.yaml]\ncomponents: ["${'../'.repeat(12)}${a.outside.slice(1)}/component"]`),
    says: /no such file|not found|accumulat/,
  },
  {
    row: '52',
    title: 'a resource is a link outside',
    files: (a) => kustomization('resources: [x.yaml]', { 'k/x.yaml': { link: `${a.outside}/a.yaml` } }),
    says: /no such file|security/,
  },
  {
    row: '52b',
    title: 'a folder of resources is a link outside',
    files: (a) => kustomization('resources: [base]', { 'k/base': { link: a.outside } }),
    says: /no such file|not found|must build at directory/,
  },
  {
    row: '53',
    title: 'a circle',
    files: () => kustomization('resources: [../b]', { 'b/kustomization.yaml': 'resources: [../k]' }),
    says: /cycle detected/,
  },
  {
    row: '55',
    title: 'a folder is called like a flag',
    files: () => ({
      '--enable-helm/kustomization.yaml': 'resources: [a.yaml]',
      '--enable-helm/a.yaml': configMap('flagged'),
    }),
    root: '--enable-helm',
    renders: /name: flagged/,
  },
  {
    row: '56',
    title: 'a folder is called like a git repository',
    files: () => ({
      'git@host:o/r/kustomization.yaml': 'resources: [a.yaml]',
      'git@host:o/r/a.yaml': configMap('plain'),
    }),
    root: 'git@host:o/r',
    renders: /name: plain/,
  },
  {
    row: '36',
    title: 'a key stands twice',
    files: () => kustomization('resources: [a.yaml]', { 'k/a.yaml': `${configMap('x')}data: {a: b}\ndata: {a: c}\n` }),
    says: /already (?:defined|set)|duplicate/,
  },
];

test.each(attacks.map((attack) => [attack.row, attack.title, attack] as const))(
  'row %s: %s',
  async (_row, _title, attack) => {
    const outcome = await arena.kustomize(attack.files(arena), {
      limits: { memoryBytes: 1.25 * 2 ** 30, cpuSeconds: 4, wallMilliseconds: 15_000 },
      ...(attack.root === undefined ? {} : { root: attack.root }),
    });
    arena.assertContained(outcome.stdout, outcome.stderr, outcome.message);
    if (attack.says !== undefined) {
      expect(outcome.stderr + outcome.message).toMatch(attack.says);
      expect(outcome.exitCode).not.toBe(0);
      expect(outcome.stdout).toBe('');
    }
    if (attack.renders !== undefined) {
      expect(outcome).toMatchObject({ code: '', exitCode: 0 });
      expect(outcome.stdout).toMatch(attack.renders);
    }
  },
);
