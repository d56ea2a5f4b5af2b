import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expressionOf } from '../src/regexp.ts';

const matchesAll = (source: string, text: string): boolean | undefined => {
  const expression = expressionOf(source);
  return 'matchesAll' in expression ? expression.matchesAll(text) : undefined;
};

describe('a regular expression', () => {
  test('means what it means elsewhere, for the whole of a text', () => {
    const piece = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', 'a*', 'b+', '(a|bb)', '(?:ab)?', 'a{1,3}');
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), text, (pieces, written) => {
        const source = pieces.join('');
        expect([source, written, matchesAll(source, written)]).toEqual([
          source,
          written,
          new RegExp(`^(?:${source})$`).test(written),
        ]);
      }),
    );
  });

  test('that would go back and forth for ever elsewhere comes to an end', () => {
    expect(matchesAll('(((a*)*)*)*b', `${'a'.repeat(999)}c`)).toBe(false);
    expect(matchesAll('a*', 'a'.repeat(1_000))).toBe(true);
    expect(matchesAll('a*', 'a'.repeat(1_001))).toBe(false);
  });

  test.each([
    ['(', 'is not valid: missing closing ): `(`'],
    ['(?=a)', 'has a flag, a named group or a class of Unicode'],
    ['\\pL', 'has a flag, a named group or a class of Unicode'],
    ['(?i)a', 'has a flag, a named group or a class of Unicode'],
    ['\\1', 'is not valid: invalid escape sequence: `\\1`'],
    ['a'.repeat(251), 'is too large'],
    ['a{50}b{51}', 'is too large'],
    ['(a{11}){11}', 'is too large'],
    ['(?:[a-z]{3}){9}{9}', 'is too large'],
  ])('%s is refused with the reason', (source, fault) => {
    expect(expressionOf(source)).toEqual({ fault });
  });
});
