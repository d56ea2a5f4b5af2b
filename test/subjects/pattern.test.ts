import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fits, matches, patternFault } from '../../src/subjects/pattern.ts';

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

test('a pattern between slashes is a regular expression for the whole text', () => {
  expect(fits('v1.2.3', '/v[0-9](\\.[0-9]+)*/')).toBe(true);
  expect(fits('v1.2.3-rc', '/v[0-9](\\.[0-9]+)*/')).toBe(false);
  expect(fits('/', '/')).toBe(true);
  expect(fits('team-a', '/team-*')).toBe(false);
});

test('one that cannot be read fits nothing, and is told of', () => {
  expect(fits('(', '/(/')).toBe(false);
  expect(patternFault('Namespace:/(/')).toBe('is not valid: missing closing ): `(`');
  expect(patternFault('owner=/a=/b/')).toBeUndefined();
  expect(patternFault('owner=(')).toBeUndefined();
});
