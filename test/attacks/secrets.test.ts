import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { checks } from '../../checks/index.ts';
import type { Report } from '../../src/model.ts';
import { toCheckRun } from '../../src/report/check-run.ts';
import { toJson } from '../../src/report/json.ts';
import { toJunit } from '../../src/report/junit.ts';
import { toSarif } from '../../src/report/sarif.ts';
import { toText } from '../../src/report/text.ts';
import { toWorkflowCommands } from '../../src/report/workflow-commands.ts';
import { chart, openArena, type Arena } from './arena.ts';
import type { Entry } from './commit.ts';
import { reviewPull } from './pull.ts';

/** Row 72: the values of Secrets stand in no output, whether the unit renders or fails. */
let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(async () => {
  await arena[Symbol.asyncDispose]();
});

const known = new Map(checks.map((check) => [check.id, check]));

/** A password as nobody else has it. */
const value = `Zx9-${randomBytes(9).toString('hex')}`;
const base64 = Buffer.from(value).toString('base64');
const secret = (text: string, name = 's'): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\n${text}`;

/** Every form in which the report leaves, the stored one included. */
function everywhere(report: Report): string {
  return [
    JSON.stringify(report),
    JSON.stringify(toCheckRun(report, { checks: known, report: 'all' })),
    toText(report, { colour: false, all: true, checks: known }),
    toJson(report, '0'),
    toSarif(report, { version: '0', checks: known }),
    toJunit(report),
    toWorkflowCommands(report, known),
  ].join('\n');
}

async function expectHidden(head: Record<string, Entry>, base: Record<string, Entry> = {}): Promise<Report> {
  const report = await reviewPull({ head, base, checks: 'all' }, arena.state.sandbox);
  const shown = everywhere(report);
  for (const form of [value, base64, encodeURIComponent(value), value.slice(0, 12)])
    expect([form, shown.includes(form)]).toEqual([form, false]);
  return report;
}

const values = `password: ${value}\nport: 1\n`;
const templated = secret('stringData: {a: {{ .Values.password }}}\n');

const rendering: [title: string, head: Record<string, Entry>, base?: Record<string, Entry>][] = [
  ['data and stringData', { 's/s.yaml': secret(`data: {a: ${base64}}\nstringData: {b: ${value}}\n`) }],
  [
    'a changed value',
    { 's/s.yaml': secret(`stringData: {b: ${value}}\n`) },
    { 's/s.yaml': secret('stringData: {b: x}\n') },
  ],
  ['a removed value', { 's/s.yaml': secret('') }, { 's/s.yaml': secret(`stringData: {b: ${value}}\n`) }],
  ['data that is no mapping', { 's/s.yaml': secret(`data: ${value}\nstringData: [${value}]\n`) }],
  [
    'a list of Secrets',
    {
      's/s.yaml': `apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: ${value}}}\n`,
    },
  ],
  [
    'what kubectl applied last',
    {
      's/s.yaml': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"a":"${value}"}}'\n`,
    },
  ],
  ['a template', chart(templated, { 'c/values.yaml': values })],
  ['a generator', { 'k/kustomization.yaml': `secretGenerator: [{name: g, literals: ["a=${value}"]}]\n` }],
  [
    'a variable, an argument and a ConfigMap',
    {
      'd/d.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n      image: c:1\n      env: [{name: DB_PASSWORD, value: ${value}}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {db-password: ${value}}\n`,
    },
  ],
];

test.each(rendering)('row 72: %s', async (...[, head, base]) => {
  const report = await expectHidden(head, base);
  expect(report.diffs.length).toBeGreaterThan(0);
  expect(report.units.map(({ status }) => status)).toEqual(['rendered']);
});

const withValues = (template: string, more: Record<string, string> = {}): Record<string, Entry> =>
  chart(template, { 'c/values.yaml': values, 'c/templates/secret.yaml': templated, ...more });

const failing: [title: string, head: Record<string, Entry>, says: RegExp][] = [
  ['fail', withValues('{{ fail (printf "bad %s" .Values.password) }}'), /bad \*\*\*/],
  [
    'fail, quoted and as Base64',
    withValues('{{ fail (printf "%q %s" .Values.password (b64enc .Values.password)) }}'),
    /"\*\*\*" \*\*\*/,
  ],
  ['range over a value', withValues('a: {{ range .Values.password }}{{ end }}\n'), /can't iterate over \*\*\*/],
  [
    'a value that only a template of a Secret takes',
    chart('{{ fail .Values.thing }}', {
      'c/values.yaml': `thing: ${value}\n`,
      'c/templates/secret.yaml': secret('stringData: {a: {{ .Values.thing }}}\n'),
    }),
    /\*\*\*/,
  ],
  [
    'a schema that refuses the value',
    withValues('', { 'c/values.schema.json': '{"properties":{"password":{"pattern":"^[0-9]+$"}}}' }),
    /'\*\*\*' does not match pattern/,
  ],
  [
    'a literal without a key',
    { 'k/kustomization.yaml': `secretGenerator: [{name: g, literals: ["${value}"]}]\n` },
    /literal source \*\*\*/,
  ],
  [
    'a variable twice',
    { 'k/kustomization.yaml': 'secretGenerator: [{name: g, envs: [e.env]}]\n', 'k/e.env': `a=${value}\na=${value}\n` },
    /repeats the key/,
  ],
  [
    'a replacement that does not fit',
    {
      'k/kustomization.yaml':
        'resources: [a.yaml]\nreplacements: [{source: {kind: Secret, name: s, fieldPath: data.a, options: {delimiter: ".", index: 5}}, targets: [{select: {kind: Secret}, fieldPaths: [data.b]}]}]\n',
      'k/a.yaml': secret(`data: {a: ${value}}\n`),
    },
    /out of bounds for value \*\*\*/,
  ],
  [
    'a path into a value',
    {
      'k/kustomization.yaml':
        'resources: [a.yaml]\nreplacements: [{source: {kind: Secret, name: s, fieldPath: data.a.b}, targets: [{select: {kind: Secret}, fieldPaths: [data.b]}]}]\n',
      'k/a.yaml': secret(`data: {a: ${value}}\n`),
    },
    /node contents:\s+\*\*\*/,
  ],
  ['an unquoted asterisk in a template', withValues(secret(`stringData: {a: *${value}}\n`)), /unknown anchor '\*\*\*'/],
  [
    'an unquoted asterisk in a manifest',
    { 's/s.yaml': secret(`stringData:\n  a: *${value}\n`) },
    /An alias has no anchor above it/,
  ],
  [
    'an unquoted bar in a manifest',
    { 's/s.yaml': secret(`stringData:\n  a: |${value}\n`) },
    /Block scalar header includes extra characters/,
  ],
  ['an unfinished quote in a manifest', { 's/s.yaml': secret(`stringData:\n  a: "${value}\n`) }, /Missing closing/],
  [
    'a private key that is not indented',
    { 's/s.yaml': secret(`stringData:\n  a: |\n-----BEGIN ${value}\n`) },
    /document marker/,
  ],
];

test.each(failing)('row 72: words about a failure: %s', async (_title, head, says) => {
  const report = await expectHidden(head);
  expect(report.problems.map(({ message }) => message).join('\n')).toMatch(says);
});
