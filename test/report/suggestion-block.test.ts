import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lineEdit, suggestionBlock } from '../../src/report/suggestion-block.ts';

const lines = ['kind: Pod', 'spec:', '  privileged: true', '  name: web', ''];
const suggestion = (start: [number, number], end: [number, number], text: string) => ({
  file: 'a.yaml',
  span: { startLine: start[0], startColumn: start[1], endLine: end[0], endColumn: end[1] },
  text,
  description: 'Mend it.',
});

test.each([
  [
    'a value in a line',
    suggestion([3, 15], [3, 19], 'false'),
    { start: 3, end: 3, replacement: ['  privileged: false'] },
  ],
  [
    'a line added below',
    suggestion([2, 6], [2, 6], '\n  a: 1'),
    { start: 2, end: 2, replacement: ['spec:', '  a: 1'] },
  ],
  ['a line deleted with its break', suggestion([3, 1], [4, 1], ''), { start: 3, end: 3, replacement: [] }],
  [
    'lines of which only the first differ',
    suggestion([2, 1], [4, 12], 'spec:\n  privileged: false\n  name: web'),
    { start: 3, end: 3, replacement: ['  privileged: false'] },
  ],
])('%s is an edit of whole lines', (_, given, edit) => {
  expect(lineEdit(given, lines)).toEqual(edit);
});

test('What a block could not show as it would be committed is no block.', () => {
  expect(lineEdit(suggestion([3, 15], [3, 19], 'fal\u202Ese'), lines)).toBeUndefined();
  expect(lineEdit(suggestion([1, 1], [1, 5], 'x'), ['kind: Pod\r', ''])).toBeUndefined();
  expect(lineEdit(suggestion([9, 1], [9, 1], 'x'), lines)).toBeUndefined();
});

test('A fence inside the text does not end the block.', () => {
  expect(suggestionBlock({ start: 1, end: 1, replacement: ['```', '````x'] })).toBe(
    '`````suggestion\n```\n````x\n`````',
  );
});

test('An edit of lines makes the same text as the suggestion it stands for.', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', ':', '-'), maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
      fc.array(line, { maxLength: 4 }),
      (file, a, b, inserted) => {
        const text = file.join('\n');
        const [from, to] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y) as [number, number];
        const place = (offset: number): [number, number] => {
          const before = text.slice(0, offset).split('\n');
          return [before.length, (before.at(-1)?.length ?? 0) + 1];
        };
        const edit = lineEdit(suggestion(place(from), place(to), inserted.join('\n')), file);
        const expected = text.slice(0, from) + inserted.join('\n') + text.slice(to);
        const after = [
          ...file.slice(0, (edit?.start ?? 1) - 1),
          ...(edit?.replacement ?? []),
          ...file.slice(edit?.end),
        ];
        expect(after.join('\n')).toBe(expected);
      },
    ),
  );
});
