import { expect, test } from '@jest/globals';
import type { Finding, Suggestion } from '../../src/model.ts';
import { toText } from '../../src/report/text.ts';
import { emptyReport } from '../support/empty-report.ts';

const span = { startLine: 7, startColumn: 16, endLine: 7, endColumn: 16 };

function shown(suggestion: Partial<Suggestion>): string[] {
  const finding: Finding = {
    fingerprint: '0'.repeat(32),
    check: 'x',
    severity: 'low',
    message: 'Wrong.',
    status: 'introduced',
    resource: { apiVersion: 'v1', kind: 'Pod', namespace: '', name: 'web' },
    unit: 'plain:.',
    variants: ['plain:.'],
    path: ['spec'],
    location: { file: 'pod.yaml', span, precision: 'exact', trail: [] },
    suggestion: { file: 'pod.yaml', span, text: '', description: 'Set it.', ...suggestion },
  };
  const report = emptyReport({ findings: [finding] });
  const lines = toText(report, { colour: false, all: false, checks: new Map() }).split('\n');
  const from = lines.findIndex((line) => line.includes('tried:'));
  return lines.slice(from, lines.indexOf('', from));
}

test('a suggestion stands under its finding, with the lines that it would write', () => {
  expect(shown({ text: '\n  a:\n    b: 1' })).toEqual([
    '           tried: Set it. At pod.yaml:7:16:',
    '             +   a:',
    '             +     b: 1',
  ]);
  expect(shown({ text: 'false' })).toEqual(['           tried: Set it. At pod.yaml:7:16:', '             + false']);
  expect(shown({ text: '' })).toEqual(['           tried: Set it. At pod.yaml:7:16, by taking text out.']);
});

test('a long suggestion is cut, and nothing in it moves the cursor', () => {
  const lines = shown({ text: Array.from({ length: 20 }, (_, index) => `k${index}: \u001b[2Jx`).join('\n') });
  expect(lines).toHaveLength(14);
  expect(lines[1]).toBe('             + k0: x');
  expect(lines.at(-1)).toBe('             … 8 more lines');
});
