import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitActions } from '../../src/render/helm/split-actions.ts';

test.each([
  ['a {{ .b }} c', { texts: ['a ', ' c'], actions: ['.b'] }],
  ['{{- .a -}}{{b}}', { texts: ['', '', ''], actions: ['.a', 'b'] }],
  ['{{ a } }', { texts: ['{{ a } }'], actions: [] }],
  ['{{{ a }}}', { texts: ['', '}'], actions: ['{ a'] }],
  ['', { texts: [''], actions: [] }],
])('%j is split', (text, parts) => {
  expect(splitActions(text)).toEqual(parts);
});

test('texts are what an expression leaves of any text', () => {
  const pieces = fc.array(fc.constantFrom('{', '{{', '}', '}}', '-', ' ', 'a', '\n'), { maxLength: 30 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      expect(splitActions(text).texts).toEqual(text.split(/\{\{[^]*?\}\}/));
    }),
  );
});
