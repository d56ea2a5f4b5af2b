import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chart, chartYaml, configMap, openArena, type Arena, type Files, type Outcome } from './arena.ts';
import type { RenderLimits } from '../../src/render/limits.ts';
import { tgz } from './tar.ts';

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
  chart?: string;
  values?: string[];
  /** What a person sees. */
  says?: RegExp;
  renders?: RegExp;
  /** Instead of lower ones, which stop an attack sooner. */
  limits?: Partial<RenderLimits>;
}

const get = (file: string): string => `a: {{ .Files.Get "${file}" | quote }}\n`;

const attacks: Attack[] = [
  {
    row: '01',
    title: 'a template is a link outside',
    files: (a) => chart({ link: `${a.outside}/a.yaml` }),
    says: /no such file/,
  },
  {
    row: '02',
    title: 'a file for .Files.Get is a link outside',
    files: (a) => chart(get('x'), { 'c/x': { link: `${a.outside}/a.yaml` } }),
    says: /no such file/,
  },
  {
    row: '03',
    title: 'values.yaml is a link outside',
    files: (a) => chart('a: {{ toJson .Values }}\n', { 'c/values.yaml': { link: `${a.outside}/a.yaml` } }),
    says: /no such file/,
  },
  {
    row: '04',
    title: 'Chart.yaml is a link outside',
    files: (a) => ({
      'c/templates/a.yaml': 'a: {{ toJson .Chart }}\n',
      'c/Chart.yaml': { link: `${a.outside}/chart/Chart.yaml` },
    }),
    says: /Chart.yaml/,
  },
  {
    row: '05',
    title: 'a folder of templates is a link outside',
    files: (a) => ({ 'c/Chart.yaml': chartYaml, 'c/templates': { link: `${a.outside}/chart/templates` } }),
    says: /no such file/,
  },
  {
    row: '05b',
    title: 'a link leads to itself',
    files: () => chart(configMap('x'), { 'c/loop': { link: 'loop' } }),
    says: /too many links|too many levels/,
  },
  {
    row: '05c',
    title: 'a link leads to /usr',
    files: () => chart(configMap('x'), { 'c/usr': { link: '/usr' } }),
    says: /no such file/,
  },
  {
    row: '05d',
    title: 'a link leads to an endless device',
    files: () => chart(get('zero'), { 'c/zero': { link: '/dev/zero' } }),
    says: /no such file/,
  },
  {
    row: '05e',
    title: 'a link leads to an endless file of /proc',
    files: () => chart(get('map'), { 'c/map': { link: '/proc/self/pagemap' } }),
    says: /no such file/,
  },
  {
    row: '05f',
    title: 'a link leads to the environment of a server',
    files: (a) => chart(get('env'), { 'c/env': { link: `/proc/${a.neighbour}/environ` } }),
    says: /no such file/,
  },
  { row: '06b', title: 'a template reads .git/config', files: () => chart(get('../.git/config')), renders: /a: ""/ },
  {
    row: '07',
    title: 'a dependency is named by file:',
    files: (a) =>
      chart(configMap('x'), {
        'c/Chart.yaml': `${chartYaml}dependencies:\n  - {name: chart, version: 0.1.0, repository: "file://${a.outside}/chart"}\n`,
      }),
    says: /missing in charts\/ directory: chart/,
  },
  {
    row: '08',
    title: 'a dependency is named by http:',
    files: (a) =>
      chart(configMap('x'), {
        'c/Chart.yaml': `${chartYaml}dependencies:\n  - {name: d, version: 0.1.0, repository: "${a.url}"}\n`,
      }),
    says: /missing in charts\/ directory: d/,
  },
  {
    row: '09',
    title: 'a dependency is named by oci:',
    files: (a) =>
      chart(configMap('x'), {
        'c/Chart.yaml': `${chartYaml}dependencies:\n  - {name: d, version: 0.1.0, repository: "oci://127.0.0.1:${a.port}/x"}\n`,
      }),
    says: /missing in charts\/ directory: d/,
  },
  {
    row: '09b',
    title: 'Chart.lock is a link outside',
    files: (a) => chart(configMap('x'), { 'c/Chart.lock': { link: `${a.outside}/a.yaml` } }),
    says: /Chart.lock|no such file/,
  },
  {
    row: '10',
    title: 'a schema refers to a server',
    files: (a) =>
      chart(configMap('x'), {
        'c/values.yaml': 'a: 1\n',
        'c/values.schema.json': JSON.stringify({ $ref: `${a.url}/s.json` }),
      }),
    says: /schema|s\.json/,
  },
  {
    row: '10b',
    title: 'a schema refers to a file outside',
    files: (a) =>
      chart(configMap('x'), {
        'c/values.yaml': 'a: 1\n',
        'c/values.schema.json': JSON.stringify({ properties: { a: { $ref: `file://${a.outside}/schema.json` } } }),
      }),
    says: /schema\.json/,
  },
  {
    row: '10c',
    title: 'a schema refers to itself',
    files: () => chart(configMap('x'), { 'c/values.yaml': 'a: 1\n', 'c/values.schema.json': '{"$ref":"#"}' }),
  },
  {
    row: '10d',
    title: 'a schema is nested thousands of levels deep',
    files: () =>
      chart(configMap('x'), {
        'c/values.yaml': 'a: 1\n',
        'c/values.schema.json': `${'{"properties":{"a":'.repeat(6000)}{}${'}}'.repeat(6000)}`,
      }),
    says: /exceeded max depth/,
  },
  {
    row: '10e',
    title: 'a schema inside an archive refers to a server',
    files: (a) =>
      chart(configMap('x'), {
        'c/values.yaml': 'd: {a: 1}\n',
        'c/charts/d-0.1.0.tgz': tgz({
          'd/Chart.yaml': chartYaml.replace('name: c', 'name: d'),
          'd/values.schema.json': JSON.stringify({ $ref: `${a.url}/s.json` }),
        }),
      }),
    says: /s\.json/,
  },
  {
    row: '10e',
    title: 'a schema names its own meta-schema on a server',
    files: (a) =>
      chart(configMap('x'), {
        'c/values.yaml': 'a: 1\n',
        'c/values.schema.json': JSON.stringify({ $schema: `${a.url}/m.json`, type: 'object' }),
      }),
    says: /m\.json/,
  },
  {
    row: '17',
    title: 'a template asks for a host name',
    files: () => chart('a: {{ getHostByName "localhost" | quote }}\n'),
    renders: /a: ""/,
  },
  {
    row: '18',
    title: 'a template looks up the cluster',
    files: () => chart('a: {{ lookup "v1" "Secret" "default" "x" | toJson | quote }}\n'),
    renders: /a: "\{\}"/,
  },
  {
    row: '19',
    title: 'a template reads the environment',
    files: () => chart('a: {{ env "HOME" }}\n'),
    says: /function "env" not defined/,
  },
  {
    row: '21',
    title: 'a template asks for the cluster’s version and interfaces',
    files: () => chart('a: {{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has "evil/v1" }}\n'),
    renders: /a: v1\.35\.0 false/,
  },
  {
    row: '24',
    title: 'a name in an archive leads out of it',
    files: () =>
      chart(configMap('x'), {
        'c/charts/d-0.1.0.tgz': tgz({
          'd/Chart.yaml': chartYaml.replace('name: c', 'name: d'),
          'd/../../../../tmp/out': 'x',
        }),
      }),
    says: /illegally references parent directory|illegal/,
  },
  {
    row: '24b',
    title: 'a link in an archive leads outside',
    files: (a) =>
      chart('a: {{ range $name, $bytes := .Subcharts.d.Files }}{{ $name }} {{ toString $bytes }}{{ end }}\n', {
        'c/charts/d-0.1.0.tgz': tgz({
          'd/Chart.yaml': chartYaml.replace('name: c', 'name: d'),
          'd/out': { link: `${a.outside}/a.yaml` },
          'd/templates/a.yaml': { link: `${a.outside}/a.yaml` },
        }),
      }),
    renders: /Source: c\/templates\/a\.yaml\na:/,
  },
  {
    row: '24',
    title: 'a name in charts/ is no archive',
    files: () => chart(configMap('x'), { 'c/charts/x.tgz': 'no archive' }),
    says: /x\.tgz|gzip|chart/,
  },
  {
    row: '25',
    title: 'a chart folder is called like a flag',
    files: () =>
      Object.fromEntries(
        Object.entries(chart(configMap('flagged'))).map(([name, text]) => [
          name.replace(/^c\//, '--post-renderer=x/'),
          text,
        ]),
      ),
    chart: '--post-renderer=x',
    renders: /name: flagged/,
  },
  {
    row: '25b',
    title: 'a values file is called with a comma',
    files: () => chart('a: {{ .Values.a }}\n', { 'c/v,w.yaml': 'a: 7\n' }),
    values: ['c/v,w.yaml'],
    renders: /a: 7/,
  },
  {
    row: '25c',
    title: 'a values file is called like a URL',
    files: (a) => chart('a: 1\n', { [`c/http:/127.0.0.1:${a.port}/v.yaml`]: 'a: 1\n' }),
    values: ['c/http:/127.0.0.1/v.yaml'],
    says: /no such file/,
  },
  {
    row: '26',
    title: '.helmignore hides every template',
    files: () => chart(configMap('x'), { 'c/.helmignore': 'templates/\n' }),
    renders: /^\s*$/,
  },
  {
    row: '26b',
    title: '.helmignore hides values.yaml',
    files: () => chart('a: {{ .Values.a | quote }}\n', { 'c/values.yaml': 'a: 1\n', 'c/.helmignore': 'values.yaml\n' }),
    renders: /^a:\s*$/m,
  },
  {
    row: '27',
    title: 'CRDs and hooks are part of the render',
    files: () =>
      chart(`${configMap('hook')}  annotations: {helm.sh/hook: pre-install}\n`, { 'c/crds/x.yaml': configMap('crd') }),
    renders: /name: crd[^]*name: hook/,
  },
  {
    row: '28',
    title: 'a regular expression backtracks',
    files: () => chart(`a: {{ regexMatch "^(a+)+$" (printf "%s!" (repeat 5000 "a")) }}\n`),
    renders: /a: false/,
  },
  {
    row: '30',
    title: 'aliases of values multiply',
    files: () => chart('a: 1\n', { 'c/values.yaml': bomb() }),
    says: /excessive aliasing/,
  },
  {
    row: '32',
    title: 'values are nested ten thousand levels deep',
    files: () => chart('a: 1\n', { 'c/values.yaml': `a: ${'['.repeat(10_001)}${']'.repeat(10_001)}\n` }),
    says: /exceeded max depth/,
  },
  {
    row: '33',
    title: 'a line has four megabytes',
    files: () => chart(`a: ${'x'.repeat(4_000_000)}\n`),
    renders: /^a: x{4000000}$/m,
    limits: {},
  },
  {
    row: '34',
    title: 'values hold a NUL',
    files: () => chart('a: 1\n', { 'c/values.yaml': 'a: \0\n' }),
    says: /control characters/,
  },
  {
    row: '35',
    title: 'values are no UTF-8',
    files: () => chart('a: 1\n', { 'c/values.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a]) }),
    says: /UTF-8|utf-8/i,
  },
  {
    row: '37',
    title: 'two objects have one name',
    files: () => chart(`${configMap('twice')}---\n${configMap('twice')}`),
    renders: /twice[^]*twice/,
  },
];

function bomb(): string {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 12; level += 1)
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(',')}]`,
    );
  return lines.join('\n');
}

test.each(attacks.map((attack) => [attack.row, attack.title, attack] as const))(
  'row %s: %s',
  async (_row, _title, attack) => {
    const outcome: Outcome = await arena.helm(attack.files(arena), {
      limits: attack.limits ?? { memoryBytes: 1.25 * 2 ** 30, cpuSeconds: 4, wallMilliseconds: 15_000 },
      ...(attack.chart === undefined ? {} : { chart: attack.chart }),
      ...(attack.values === undefined ? {} : { values: attack.values }),
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

test('row 10: with schema validation off, the chart renders', async () => {
  const files = chart(configMap('x'), {
    'c/values.yaml': 'a: 1\n',
    'c/values.schema.json': JSON.stringify({ $ref: `${arena.url}/s.json` }),
  });
  const outcome = await arena.helm(files, { skipSchemaValidation: true });
  arena.assertContained(outcome.stdout, outcome.stderr, outcome.message);
  expect(outcome.stdout).toMatch(/name: x/);
});
