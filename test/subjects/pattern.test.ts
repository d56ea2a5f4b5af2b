import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches } from '../../src/subjects/pattern.ts';

test('an asterisk stands for any run of characters and everything else for itself', () => {
  expect(matches('team-a', 'team-*')).toBe(true);
  expect(matches('a.b', 'a?b')).toBe(false);
  expect(matches('ab', 'ab*b')).toBe(false);
  expect(matches('', '*')).toBe(true);
});

test('a pattern agrees with the regular expression it stands for', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, (pattern, written) => {
      const text = written.replaceAll('*', 'a');
      const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      expect(matches(text, pattern)).toBe(expression.test(text));
    }),
  );
});
