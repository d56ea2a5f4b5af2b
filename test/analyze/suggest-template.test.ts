import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spliced } from '../../src/analyze/suggest/splice.ts';
import { templateSplices, type TemplateChange } from '../../src/analyze/suggest/template-text.ts';

function changed(text: string, ...changes: TemplateChange[]): string | undefined {
  const splices = templateSplices(text, changes);
  return splices === undefined ? undefined : spliced(text, splices);
}

const template = `apiVersion: v1
kind: Pod
spec:
  hostPID: true # for now
  {{- with .Values.nodes }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .Chart.Name }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
    - command:
        - sh
      resources: {} # none
      "privileged": 'yes'
`;

describe('a template’s own text', () => {
  test('is changed where a value is written out', () => {
    expect(changed(template, { line: 4, op: 'set', key: 'hostPID', value: false })).toBe(
      template.replace('hostPID: true #', 'hostPID: false #'),
    );
    expect(changed(template, { line: 15, op: 'set', key: 'privileged', value: 'no' })).toBe(
      template.replace("'yes'", '"no"'),
    );
    expect(changed(template, { line: 13, op: 'set', key: 0, value: 'bash' })).toBe(template.replace('- sh', '- bash'));
  });

  test('takes entries below the line that opens their mapping, as the entries there are indented', () => {
    expect(changed(template, { line: 3, op: 'insert', under: 'spec', path: ['hostIPC'], value: false })).toBe(
      template.replace('spec:\n', 'spec:\n  hostIPC: false\n'),
    );
    expect(changed(template, { line: 10, op: 'insert', under: 'securityContext', path: ['a', 'b'], value: 1 })).toBe(
      template.replace('      securityContext:\n', '      securityContext:\n        a:\n          b: 1\n'),
    );
    expect(changed(template, { line: 14, op: 'insert', under: 'resources', path: ['a'], value: 1 })).toBe(
      template.replace('resources: {} # none\n', 'resources: # none\n        a: 1\n'),
    );
  });

  test('takes entries into an item, below its first line or before what takes more lines', () => {
    expect(changed(template, { line: 9, op: 'insert', under: 0, path: ['a'], value: ['x'] })).toBe(
      template.replace('{{ .Chart.Name }}\n', '{{ .Chart.Name }}\n      a:\n        - x\n'),
    );
    expect(changed(template, { line: 12, op: 'insert', under: 1, path: ['a'], value: 1 })).toBe(
      template.replace('    - command:\n', '    - a: 1\n      command:\n'),
    );
  });

  test('takes entries beside one that is there, or before the action that prints them', () => {
    const into = { op: 'insert', under: 'spec', among: ['containers', 'hostPID'], path: ['a'], value: 1 } as const;
    expect(changed(template, { line: 8, ...into })).toBe(template.replace('  containers:', '  a: 1\n  containers:'));
    expect(changed(template, { line: 11, ...into })).toBe(
      template.replace('        {{- toYaml', '        a: 1\n        {{- toYaml'),
    );
  });

  test('takes entries of the object below its kind', () => {
    expect(changed(template, { line: 2, op: 'insert', under: undefined, among: ['kind'], path: ['a'], value: 1 })).toBe(
      template.replace('kind: Pod\n', 'kind: Pod\na: 1\n'),
    );
  });

  test('loses a line that is one whole entry', () => {
    expect(changed(template, { line: 4, op: 'remove', key: 'hostPID' })).toBe(
      template.replace('  hostPID: true # for now\n', ''),
    );
    expect(changed('a:\r\n  b: 1\r\n  c: 2\r\n', { line: 2, op: 'remove', key: 'b' })).toBe('a:\r\n  c: 2\r\n');
  });

  test.each<[string, TemplateChange]>([
    ['where an action writes the value', { line: 9, op: 'set', key: 'name', value: 'x' }],
    ['where the line is of another key', { line: 4, op: 'set', key: 'hostIPC', value: false }],
    [
      'where a branch writes the key already',
      { line: 8, op: 'insert', under: 'spec', among: ['containers'], path: ['nodeSelector'], value: {} },
    ],
    ['where another mapping begins', { line: 9, op: 'insert', under: 'spec', path: ['a'], value: 1 }],
    ['where a mapping would have to be taken out', { line: 10, op: 'remove', key: 'securityContext' }],
    ['where a list would be its value', { line: 4, op: 'set', key: 'hostPID', value: [1] }],
    ['beyond the last line', { line: 99, op: 'set', key: 'a', value: 1 }],
  ])('is left alone %s', (_, change) => {
    expect(changed(template, change)).toBeUndefined();
  });
});

test('every other byte of a template is kept, whatever is in it', () => {
  const piece = fc.constantFrom(
    'a: ',
    '- ',
    'b:',
    '{{ .x }}',
    '{{- if }}',
    '\n',
    '  ',
    '#c',
    '"x"',
    "'",
    '{}',
    '1',
    '\r\n',
    '|',
    'true',
  );
  const change = fc.oneof(
    fc.record({
      op: fc.constant('set' as const),
      line: fc.integer({ min: 1, max: 5 }),
      key: fc.constantFrom('a', 'b', 0),
      value: fc.constantFrom(true, 'x', 3),
    }),
    fc.record({
      op: fc.constant('remove' as const),
      line: fc.integer({ min: 1, max: 5 }),
      key: fc.constantFrom('a', 'b', 0),
    }),
    fc.record({
      op: fc.constant('insert' as const),
      line: fc.integer({ min: 1, max: 5 }),
      under: fc.constantFrom('a', 'b', 0, undefined),
      path: fc.constantFrom(['x'], ['x', 'y']),
      value: fc.constantFrom(true, 'x', 3),
    }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), change, (pieces, one) => {
      const text = pieces.join('');
      const splices = templateSplices(text, [one]);
      if (splices === undefined) return;
      expect(splices).toHaveLength(1);
      const [{ from, to } = { from: 0, to: 0 }] = splices;
      // What an action prints is never touched but by taking out its whole line.
      if (one.op !== 'remove') expect(text.slice(from, to)).not.toContain('{{');
      expect(to - from).toBeLessThanOrEqual((text.split('\n')[one.line - 1] ?? '').length + 1);
    }),
    { numRuns: 3000 },
  );
});
