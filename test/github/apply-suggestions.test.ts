import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applySuggestions } from '../../src/github/apply-suggestions.ts';
import type { Suggestion } from '../../src/model.ts';

const at = (line: number, from: number, to: number, text: string): Suggestion => ({
  file: 'a.yaml',
  span: { startLine: line, startColumn: from, endLine: line, endColumn: to },
  text,
  description: 'Mend it.',
});

test('Suggestions are made together, whatever their order.', () => {
  const text = 'a: 1\nb: 2\nc: 3\n';
  const { text: after, left } = applySuggestions(text, [at(3, 4, 5, '33'), at(1, 4, 5, '11')]);
  expect({ after, left }).toEqual({ after: 'a: 11\nb: 2\nc: 33\n', left: 0 });
});

test('Of two that touch one place the first is made and the other left; the same one twice is one.', () => {
  const text = 'a: 1\n';
  const insert = at(1, 5, 5, '\nb: 2');
  expect(applySuggestions(text, [insert, insert, at(1, 5, 5, '\nc: 3')])).toMatchObject({
    text: 'a: 1\nb: 2\n',
    left: 1,
  });
  expect(applySuggestions(text, [at(1, 1, 5, 'x'), at(1, 3, 5, 'y')])).toMatchObject({ text: 'x\n', left: 1 });
});

test('Each suggestion is made or left, and all other characters stay.', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ä', '😀', ' ', ':'), maxLength: 8 });
  const edit = fc.record({ line: fc.nat(5), from: fc.nat(8), length: fc.nat(4) });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.array(edit, { maxLength: 5 }), (lines, edits) => {
      const suggestions = edits.flatMap(({ line: number, from, length }) => {
        const text = lines[number];
        if (text === undefined || from + length > text.length) return [];
        return [at(number + 1, from + 1, from + length + 1, '#')];
      });
      const { text, made, left } = applySuggestions(lines.join('\n'), suggestions);
      expect(made.length + left).toBe(suggestions.length);
      const spans = new Map(made.map((one) => [JSON.stringify(one.span), one.span]));
      const removed = [...spans.values()].reduce((sum, { startColumn, endColumn }) => sum + endColumn - startColumn, 0);
      expect(text).toHaveLength(lines.join('\n').length - removed + spans.size);
      expect(text.split('\n')).toHaveLength(lines.length);
    }),
  );
});
