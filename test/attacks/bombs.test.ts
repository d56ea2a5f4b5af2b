import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { chart, configMap, openArena, type Arena, type Files } from './arena.ts';
import { bounded } from '../../src/render/bounded.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import { reviewPull } from './pull.ts';
import { tgz } from './tar.ts';

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(async () => {
  await arena[Symbol.asyncDispose]();
});

/** Lower than the defaults, so the bombs go off sooner. Addresses stay: with less, Go gives up before it has used its time. */
const low = { cpuSeconds: 2, wallMilliseconds: 15_000, stdoutBytes: 2 ** 18 };

/** The stopped run says which limit it met. */
const memory = ['render-memory'];
const time = ['render-cpu', 'render-timeout'];

const helmBombs: [row: string, title: string, codes: string[], files: Files][] = [
  ['11', 'until 2^31', [...memory, ...time], chart('{{ range until 2147483647 }}{{ end }}')],
  ['11b', 'nested loops', time, chart('{{ range until 60000 }}{{ range until 60000 }}{{ end }}{{ end }}')],
  ['12c', '2^40 includes', time, chart(`${doubling(40)}{{ include "d40" . }}`)],
  [
    '13',
    'tpl calls itself',
    [...memory, ...time],
    chart('{{ tpl .Values.t . }}', { 'c/values.yaml': 't: "{{ tpl .Values.t . }}"\n' }),
  ],
  [
    '14',
    'a gigabyte of output',
    [...memory, ...time, 'render-output'],
    chart('{{ range until 10000 }}{{ range until 10000 }}0123456789{{ end }}{{ end }}'),
  ],
  [
    '39',
    'a million documents',
    [...memory, ...time, 'render-output'],
    chart('{{ range until 1000 }}{{ range until 1000 }}\n---\nkind: x\nmetadata: {name: x}{{ end }}{{ end }}'),
  ],
  ['15', 'two hundred RSA keys', time, chart('{{ range until 200 }}{{ genPrivateKey "rsa" | sha256sum }}{{ end }}')],
  [
    '14c',
    'a text doubles thirty-three times',
    [...memory, 'render-output'],
    chart(`{{ $s := "0123456789abcdef" }}{{ range until 33 }}{{ $s = printf "%s%s" $s $s }}{{ end }}{{ $s }}`),
  ],
  [
    '14b',
    'more output than is read',
    ['render-output'],
    chart('{{ range until 20000 }}\n---\na: "0123456789012345678901234567890123456789"{{ end }}'),
  ],
  ['15b', 'scrypt without end', time, chart('{{ range until 1000 }}{{ htpasswd "a" "b" }}{{ end }}')],
  ['15c', 'seq', [...memory, 'render-output', ...time], chart('{{ seq 0 2000000000 }}')],
];

function doubling(levels: number): string {
  const defines = ['{{ define "d0" }}{{ end }}'];
  for (let level = 1; level <= levels; level += 1)
    defines.push(`{{ define "d${level}" }}{{ include "d${level - 1}" . }}{{ include "d${level - 1}" . }}{{ end }}`);
  return defines.join('');
}

test.each(helmBombs)('row %s: %s', async (_row, _title, codes, files) => {
  const outcome = await arena.helm(files, { limits: low });
  arena.assertContained(outcome.stdout, outcome.stderr, outcome.message);
  expect(codes).toContain(outcome.code);
  // Never the trace of a Go program.
  expect(outcome.message).toMatch(/^helm was stopped at the (?:memory|time|output) limit of [^\n]*\.$/);
});

test('row 12: an include without end is one line with a place, and bounded', async () => {
  const outcome = await arena.helm(chart('{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}'), {
    limits: low,
  });
  expect(outcome.exitCode === 1 || outcome.code !== '').toBe(true);
  expect(outcome.stderr.length).toBeLessThan(2 ** 20);
});

test('row 23: an archive that grows beyond all measure is refused', async () => {
  const archive = gzipSync(Buffer.alloc(150 * 2 ** 20));
  const outcome = await arena.helm(chart(configMap('x'), { 'c/charts/bomb-0.1.0.tgz': archive }), { limits: low });
  expect(outcome.exitCode === 1 || memory.includes(outcome.code)).toBe(true);
  expect(outcome.stdout).toBe('');
});

test('row 23b: archives that are small each and large together', async () => {
  const zeros = Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`/f${index}`, Buffer.alloc(5 * 2 ** 20)]));
  const archives = Array.from({ length: 14 }, (_, index) => {
    const name = `d${index}`;
    const members = Object.fromEntries(Object.entries(zeros).map(([file, content]) => [name + file, content]));
    return [
      `c/charts/${name}-0.1.0.tgz`,
      tgz({ [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`, ...members }),
    ];
  });
  const files = chart(configMap('x'), Object.fromEntries(archives) as Files);
  const outcome = await arena.helm(files);
  arena.assertContained(outcome.stdout, outcome.stderr, outcome.message);
  expect(outcome.message).toBe('helm was stopped at the memory limit of 2048 MiB.');
});

test('row 54: a replacement doubles a text forty times', async () => {
  const source = '{kind: ConfigMap, name: inside, fieldPath: data.x}';
  const target = '{select: {kind: ConfigMap}, fieldPaths: [data.x], options: {delimiter: ",", index: 1}}';
  const replacements = Array(40).fill(`  - {source: ${source}, targets: [${target}]}`).join('\n');
  const files = {
    'k/kustomization.yaml': `resources: [a.yaml]\nreplacements:\n${replacements}\n`,
    'k/a.yaml': `${configMap('inside')}data: {x: "0123456789"}\n`,
  };
  const outcome = await arena.kustomize(files);
  arena.assertContained(outcome.stdout, outcome.stderr, outcome.message);
  expect(outcome.message).toBe('kustomize was stopped at the memory limit of 2048 MiB.');
});

test('row 31b: an alias bomb as a resource of a kustomization', async () => {
  const lines = ['apiVersion: v1', 'kind: ConfigMap', 'metadata: {name: x}', 'a0: &a0 [x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 10; level += 1)
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(',')}]`,
    );
  const outcome = await arena.kustomize(
    { 'k/kustomization.yaml': 'resources: [a.yaml]\n', 'k/a.yaml': lines.join('\n') },
    { limits: low },
  );
  expect([...memory, ...time, '']).toContain(outcome.code);
  expect(outcome.exitCode).not.toBe(0);
  expect(outcome.stdout).toBe('');
});

test('row 39b: a kustomization with thousands of resources', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) => configMap(`c${index}`)).join('---\n');
  const outcome = await arena.kustomize(
    { 'k/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: x-\n', 'k/a.yaml': many },
    { limits: low },
  );
  expect([...memory, ...time]).toContain(outcome.code);
});

test('row 53b: a tree of bases that doubles at every level', async () => {
  const files: Files = { 'l22/kustomization.yaml': 'resources: [a.yaml]\n', 'l22/a.yaml': configMap('x') };
  for (let level = 0; level < 22; level += 1)
    for (const half of ['', 'b'])
      files[`l${level}${half}/kustomization.yaml`] =
        `resources: [../l${level + 1}${level === 21 ? '' : ''}, ../l${level + 1}${level === 21 ? '' : 'b'}]\nnamePrefix: p${level}${half}-\n`;
  const outcome = await arena.kustomize(files, { root: 'l0', limits: low });
  expect(outcome.exitCode).not.toBe(0);
  expect(outcome.stdout).toBe('');
});

test('a review ends after so many bombs, and says of the rest that it was not rendered', async () => {
  const bomb = '{{ range until 20000 }}\n---\na: "0123456789012345678901234567890123456789"{{ end }}';
  const charts = ['a', 'b', 'c', 'd', 'e'].flatMap((name) =>
    Object.entries(chart(bomb)).map(([file, text]) => [file.replace(/^c\//, `${name}/`), text as string] as const),
  );
  const { sandbox } = await openSandbox('require', { limits: low });
  const report = await reviewPull(
    { head: Object.fromEntries(charts) },
    bounded(sandbox, { stops: 3, milliseconds: 60_000 }),
  );
  expect(report.conclusion).toBe('failure');
  const codes = report.problems.map(({ code }) => code);
  // Two at a time: the fourth may have begun when the third was stopped.
  expect(codes.filter((code) => code === 'render-output').length).toBeLessThan(5);
  expect(new Set(codes)).toEqual(new Set(['render-output', 'review-exhausted']));
  expect(report.problems.at(-1)?.message).toMatch(
    /^Not rendered: [34] renders of this review were stopped at a limit, and others wait\.$/,
  );
});

test('a review ends after so much time, however harmless each render was', async () => {
  const { sandbox } = arena.state;
  const short = bounded(sandbox, { stops: 3, milliseconds: 1 });
  const first = await reviewPull({ head: chart(configMap('x')) }, short);
  const second = await reviewPull({ head: chart(configMap('x')) }, short);
  expect([first.conclusion, second.conclusion]).toEqual(['success', 'failure']);
  expect(second.problems).toMatchObject([{ code: 'review-exhausted' }]);
});

test('while bombs go off, an ordinary chart still renders', async () => {
  const [, , , bomb] = helmBombs[1]!;
  const [bombed, ordinary] = await Promise.all([
    arena.helm(bomb, { limits: low }),
    arena.helm(chart(configMap('ordinary'))),
  ]);
  expect(time).toContain(bombed.code);
  expect(ordinary.stdout).toMatch(/name: ordinary/);
});
