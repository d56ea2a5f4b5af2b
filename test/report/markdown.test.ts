import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checks } from '../../checks/index.ts';
import { parseSettings } from '../../src/config.ts';
import type { Finding, Report } from '../../src/model.ts';
import { countsOf } from '../../src/report/counts.ts';
import { toMarkdown } from '../../src/report/markdown.ts';
import { finding, index, report } from './sample.ts';

function scanned(findings: Finding[], more: Partial<Report> = {}): Report {
  const { base, ...rest } = report({ findings, ...more });
  expect(base).toBeDefined();
  return rest;
}
const existing = (more: Partial<Finding> = {}): Finding => finding({ status: 'existing', ...more });

test('the overview of a scan counts by severity, check, unit and place', () => {
  const text = toMarkdown(
    scanned([existing(), existing({ fingerprint: '1' }), existing({ severity: 'low', check: 'probes-identical' })]),
    { checks: index },
  );
  expect(text).toMatch(/^## Plimsoll: 3 findings \(2 high, 1 low\)\n/);
  expect(text).toContain('| 🔴 high | 2 |');
  expect(text).toContain('| 🔴 high | `privileged-container` | 2 | Container runs in privileged mode |');
  expect(text).toContain('| `charts/app` | 3 | 2 high, 1 low |');
  expect(text).toContain('| `charts/app/values.yaml:12` | 3 |');
});

test('the settings that the overview proposes are valid, as they stand and with the comments taken away', () => {
  const text = toMarkdown(scanned([existing({ severity: 'low', check: 'probes-identical' })]), { checks: index });
  const proposed = /```yaml\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '';
  expect(parseSettings(proposed, 'x', index).problems).toEqual([]);
  const awake = proposed
    .split('\n')
    .map((line) => line.replace(/^# (?=checks:| )/, ''))
    .join('\n');
  expect(parse(awake)).toEqual({ 'fail-on': 'high', checks: { 'probes-identical': 'off' } });
  expect(parseSettings(awake, 'x', index).problems).toEqual([]);
});

test('the overview of a large repository fits into an issue', () => {
  const findings = checks.flatMap((check) =>
    Array.from({ length: 30 }, (_, at) =>
      existing({
        check: check.id,
        fingerprint: `${check.id}${at}`,
        unit: `helm:charts/${at}`,
        location: { ...finding().location, file: `charts/${at}/values.yaml` },
      }),
    ),
  );
  const problems = Array.from({ length: 1000 }, (_, at) => ({
    code: 'x',
    message: `Fault ${at}. ${'x'.repeat(200)}`,
    hint: 'y',
  }));
  const text = toMarkdown(scanned(findings, { problems }), { checks: index });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
  expect(text).toContain(`…and ${checks.length - 15} more.`);
});

test('of a comparison it is the check run on one page, inside an issue’s limit', () => {
  const diffs = Array.from({ length: 500 }, (_, at) => ({
    unit: 'helm:charts/app',
    resource: finding().resource,
    change: 'added' as const,
    diff: `+name: ${at}\n${'+ä: 1\n'.repeat(40)}`,
  }));
  const text = toMarkdown(report({ diffs }), { checks: index });
  expect(text).toMatch(/^## 1 problem introduced: /);
  expect(text).toContain('**Failed**');
  expect(text).toContain('Rendered diff: 500 objects');
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
});

test('counts tell introduced from existing, and leave out what is waived or fixed', () => {
  const counts = countsOf(
    report({
      findings: [
        finding(),
        existing({ severity: 'low' }),
        existing({ check: 'host-network' }),
        finding({ status: 'fixed' }),
        finding({ waiver: { reason: 'x', source: 'settings' } }),
      ],
      problems: [
        { code: 'x', message: 'x', hint: 'x' },
        { code: 'x', message: 'x', hint: 'x', side: 'base' },
      ],
    }),
  );
  expect(counts).toEqual({
    introduced: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
    existing: { critical: 0, high: 1, medium: 0, low: 1, info: 0 },
    fixed: 1,
    waived: 1,
    notJudged: 1,
    units: { rendered: 1, failed: 0, skipped: 0 },
    checks: { 'privileged-container': 2, 'host-network': 1 },
  });
});
