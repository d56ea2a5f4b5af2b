import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { before, trimEnd } from '../src/trim.ts';

const texts = fc.array(fc.constantFrom('/', '.', ' ', 'a', '#'), { maxLength: 20 }).map((parts) => parts.join(''));

test('the end of any text is trimmed as an expression would', () => {
  fc.assert(fc.property(texts, (text) => expect(trimEnd(text, '. ')).toBe(text.replace(/[. ]+$/, ''))));
});

test('a text ends before the first mark, or nowhere', () => {
  fc.assert(fc.property(texts, (text) => expect(before(text, '#')).toBe(text.replace(/#.*$/s, ''))));
});
