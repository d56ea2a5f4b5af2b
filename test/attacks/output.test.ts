import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { checks } from '../../checks/index.ts';
import type { Report } from '../../src/model.ts';
import { toCheckRun } from '../../src/report/check-run.ts';
import { toJson } from '../../src/report/json.ts';
import { toJunit } from '../../src/report/junit.ts';
import { toSarif } from '../../src/report/sarif.ts';
import { toText } from '../../src/report/text.ts';
import { toWorkflowCommands } from '../../src/report/workflow-commands.ts';
import { chart, chartYaml, openArena, type Arena } from './arena.ts';
import type { Entry } from './commit.ts';
import { reviewPull, told } from './pull.ts';

/** What a repository says, where it is shown: nothing of it is markup, a mention, a command, or a place that is not there. */
let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(async () => {
  await arena[Symbol.asyncDispose]();
});

const known = new Map(checks.map((check) => [check.id, check]));
const pod = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${JSON.stringify(name)}\n${more}spec:\n  containers:\n    - {name: c, image: c:1, securityContext: {privileged: true}}\n`;

const hostile = [
  '```\n@everyone <img src=x onerror=alert(1)> ![i](http://e.example/i.png) [l](javascript:alert(1))',
  '| a | b |\u202eevil\u200b\u001b[31m\u001b]8;;http://e.example\u0007 www.e.example #1 o/r#2 GH-3',
  '::error file=x::y %0A::set-output name=a::b <!-- plimsoll:0 --> </details> ]]> &lt;',
].join(' ');

interface Node {
  type: string;
  value?: string;
  url?: string;
  children?: Node[];
}
const nodes = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(nodes)];

/** Throws nothing, expects everything: the report in each of its forms. */
function expectHarmless(report: Report): void {
  const { title, summary, text = '', annotations } = toCheckRun(report, { checks: known, report: 'introduced' });
  for (const markdown of [summary, text]) {
    const all = nodes(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
    expect(all.filter(({ type }) => type === 'link' || type === 'image').map(({ url }) => url)).toEqual([]);
    const html = all.filter(({ type }) => type === 'html').map(({ value }) => value ?? '');
    expect(html.filter((one) => !/^<\/?(?:details|summary|sub|br)>/.test(one))).toEqual([]);
    const prose = all.filter(({ type }) => type === 'text').map(({ value }) => value ?? '');
    expect(prose.filter((one) => /@\w|:\/\/|www\.\w|#\d/.test(one))).toEqual([]);
  }
  const terminal = toText(report, { colour: false, all: true, checks: known });
  for (const one of [
    title,
    summary,
    text,
    terminal,
    ...annotations.flatMap((a) => [a.title, a.message, a.raw_details ?? '']),
  ])
    expect([...one.matchAll(/[\p{Cc}\p{Bidi_Control}\u200b-\u200d\ufeff]/gu)].filter(([c]) => c !== '\n')).toEqual([]);
  expect(stripVTControlCharacters(terminal)).toBe(terminal);
  for (const command of toWorkflowCommands(report, known).trim().split('\n'))
    expect(command).toMatch(/^::(?:error|warning|notice) [^\n]*::[^\n]*$/);
  expect(toWorkflowCommands(report, known)).not.toMatch(/^::(?:set-output|add-mask|debug)/m);
  expect(() => JSON.parse(toJson(report, '0')) as unknown).not.toThrow();
  expect(() => JSON.parse(toSarif(report, { version: '0', checks: known })) as unknown).not.toThrow();
  expect(toJunit(report)).not.toMatch(
    /<(?!\/?(?:testsuites?|testcase|failure|error|skipped|properties|property|system-out)\b|\?xml)/,
  );
}

/** Every place that is shown is one of the commit. */
function expectPlaces(report: Report, head: Record<string, Entry>): void {
  const { annotations } = toCheckRun(report, { checks: known, report: 'introduced' });
  const places = [
    ...annotations.map(({ path, end_line }) => ({ path, line: end_line })),
    ...report.problems.map(({ file, line }) => ({ path: file ?? 'README.md', line: line ?? 1 })),
    ...report.findings.map(({ location }) => ({ path: location.file, line: location.span.startLine })),
  ];
  for (const { path, line } of places) {
    const content: unknown = path === 'README.md' ? 'Hello' : head[path];
    expect([path, typeof content]).toEqual([path, 'string']);
    expect([path, line <= (content as string).split('\n').length]).toEqual([path, true]);
  }
}

test('row 29: the words of a template in an error are text and nothing else', async () => {
  const head = chart(`{{ fail ${JSON.stringify(hostile)} }}\n`) as Record<string, Entry>;
  const report = await reviewPull({ head }, arena.state.sandbox);
  expect(report.problems.map(({ code }) => code)).toEqual(['helm-failed']);
  expectHarmless(report);
  expectPlaces(report, head);
});

test('row 29: the words of a template do not choose the line of an annotation', async () => {
  const head = chart('{{ fail "at (c/templates/a.yaml:999999:1) c/templates/none.yaml:3" }}\n') as Record<
    string,
    Entry
  >;
  const report = await reviewPull({ head }, arena.state.sandbox);
  expectPlaces(report, head);
});

test('row 38: a comment of a template does not choose the file of a finding', async () => {
  const head = {
    'c/Chart.yaml': chartYaml,
    'c/templates/a.yaml': `---\n# Source: c/../../../etc/passwd\n${pod('p')}---\n# Source: c/templates/none.yaml\n${pod('q')}`,
  };
  const report = await reviewPull({ head }, arena.state.sandbox);
  expect(report.findings).toHaveLength(2);
  expectPlaces(report, head);
});

test('row 70: whatever things are called, they are text and nothing else', async () => {
  const name = hostile
    .replaceAll('\n', ' ')
    .replaceAll('/', '\u2215')
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, 70);
  const head = {
    [`${name}/pod.yaml`]: pod(hostile, `  namespace: ${JSON.stringify(hostile)}\n`),
    [`${name}k/kustomization.yaml`]: `resources: [${JSON.stringify(hostile)}]\n`,
    [`c${name}/Chart.yaml`]: chartYaml,
    [`c${name}/templates/a.yaml`]: `{{ .Values.none.none }}`,
  };
  const report = await reviewPull({ head }, arena.state.sandbox);
  expect(report.findings).toHaveLength(1);
  expect(told(report)).toHaveLength(2);
  expectHarmless(report);
  expectPlaces(report, head);
});

test('row 71: an annotation does not choose the file of a finding', async () => {
  const forged = (path: string): string =>
    `  annotations:\n    config.kubernetes.io/origin: |\n      path: ${path}\n      configuredIn: ${path}\n`;
  const head = {
    'k/kustomization.yaml': 'resources: [a.yaml, b.yaml]\n',
    'k/a.yaml': pod('p', forged('../../../etc/passwd')),
    'k/b.yaml': pod('q', forged('none.yaml')),
  };
  const report = await reviewPull({ head }, arena.state.sandbox);
  expect(report.findings.map(({ location }) => location.file).sort()).toEqual(['k/a.yaml', 'k/b.yaml']);
  expectPlaces(report, head);
});
