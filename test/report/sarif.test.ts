import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { Log } from 'sarif';
import type { Report } from '../../src/model.ts';
import { toSarif } from '../../src/report/sarif.ts';
import { finding, hostile, index, report } from './sample.ts';
import { sarifFaults } from './sarif-rules.ts';

// OASIS' own schema of 2.1.0, as a package carries it; its patterns are not for the `u` flag.
const schema = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
// Draft 4 said `id`; nothing else in this schema differs from draft 7.
const {
  id: $id,
  $schema: draft,
  ...rules
} = JSON.parse(readFileSync(schema, 'utf8')) as { id: string; $schema: string };
expect(draft).toContain('draft-04');
const standard = ajv.compile({ $id, ...rules });

function sarif(more: Partial<Report> = {}): Log {
  const log = JSON.parse(toSarif(report(more), { version: '1.2.3', checks: index })) as Log;
  expect(sarifFaults(log)).toEqual([]);
  if (!standard(log)) throw new Error(JSON.stringify(standard.errors?.slice(0, 5), undefined, 2));
  return log;
}

const { location } = finding();
const suggestion = {
  file: location.file,
  span: location.span,
  text: 'privileged: false',
  description: 'Set it to false.',
};

test('a result has rule, place, fingerprint, the trail as a code flow, and the tried change as a fix', () => {
  const [run] = sarif({ findings: [finding({ suggestion })] }).runs;
  expect(run?.tool.driver.rules?.[0]).toMatchObject({
    id: 'privileged-container',
    helpUri: 'https://github.com/plimsoll-dev/plimsoll/blob/main/docs/checks/privileged-container.md',
    properties: { 'security-severity': '8.0' },
  });
  expect(run?.results?.[0]).toMatchObject({
    ruleId: 'privileged-container',
    ruleIndex: 0,
    level: 'error',
    baselineState: 'new',
    partialFingerprints: { 'plimsoll/v1': '0'.repeat(32) },
    locations: [
      { physicalLocation: { artifactLocation: { uri: 'charts/app/values.yaml' }, region: { startLine: 12 } } },
    ],
    codeFlows: [{ threadFlows: [{ locations: [{ location: { message: { text: 'template line' } } }] }] }],
    fixes: [{ artifactChanges: [{ replacements: [{ deletedRegion: location.span }] }] }],
  });
});

test('a waived finding is a suppressed result, in the source when that is where it was accepted', () => {
  const waivers = [
    { reason: 'Node agent.', source: 'settings' },
    { reason: 'Node agent.', source: 'annotation checkov.io/skip1' },
  ];
  const [run] = sarif({ findings: waivers.map((waiver, at) => finding({ waiver, fingerprint: `${at}` })) }).runs;
  expect(run?.results?.map(({ suppressions }) => suppressions?.[0])).toEqual([
    { kind: 'external', status: 'accepted', justification: 'Node agent.' },
    { kind: 'inSource', status: 'accepted', justification: 'Node agent.' },
  ]);
});

test('what is fixed is no result: code scanning would open an alert for it', () => {
  expect(sarif({ findings: [finding({ status: 'fixed' })] }).runs[0]?.results).toEqual([]);
});

test('what could not be judged makes the run unsuccessful, and stands in it with its place', () => {
  const problem = { code: 'helm-failed', message: 'nil pointer', hint: 'Mend it.', file: 'a b.yaml', line: 7 };
  expect(sarif({ findings: [], problems: [problem] }).runs[0]?.invocations).toMatchObject([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [
        {
          level: 'error',
          message: { text: 'nil pointer Next: Mend it.' },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'a%20b.yaml' }, region: { startLine: 7 } } }],
        },
      ],
    },
  ]);
});

test('a finding of which no file is known stands at what brought its unit into the review', () => {
  const nowhere = finding({ location: { ...location, file: '', precision: 'file', trail: [] } });
  const [result] = sarif({ findings: [nowhere] }).runs[0]?.results ?? [];
  expect(result?.message.text).toContain('the line could not be determined');
  expect(result?.locations?.[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: 'charts/app/values.yaml', uriBaseId: 'ROOT' },
    region: { startLine: 1 },
  });
});

test('more results than code scanning takes are left out from the mildest, and counted', () => {
  const low = Array.from({ length: 25_000 }, (_, at) =>
    finding({ severity: 'low', fingerprint: `${at}`, location: { ...location, trail: [] } }),
  );
  const [run] = sarif({ findings: [...low, finding()] }).runs;
  expect(run?.results).toHaveLength(25_000);
  expect(run?.results?.[0]?.level).toBe('error');
  expect(run?.invocations?.[0]?.toolExecutionNotifications).toMatchObject([
    { level: 'warning', message: { text: '1 result left out: code scanning takes 25000 a run.' } },
  ]);
});

test('is valid whatever a repository names its things', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const file = `x${text.replaceAll('\0', '')}`;
      sarif({
        findings: [
          finding({
            message: `x${text}`,
            unit: text,
            variants: [text, 'other'],
            resource: { apiVersion: 'v1', kind: text, namespace: text, name: text },
            path: [text, 0],
            location: { ...location, file, trail: [{ label: `x${text}`, file, span: location.span }] },
            suggestion: { ...suggestion, file, text, description: `x${text}` },
            waiver: { reason: `x${text}`, source: text },
          }),
        ],
        problems: [{ code: 'x', message: text, hint: text, file }],
      });
    }),
    { numRuns: 200 },
  );
});
