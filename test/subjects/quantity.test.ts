import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSet, quantity, sameQuantity } from '../../src/subjects/quantity.ts';

test.each([
  ['100m', 0.1],
  ['1', 1],
  [2, 2],
  ['1Gi', 2 ** 30],
  ['1G', 1e9],
  ['1e3', 1000],
  ['1E', 1e18],
  ['1E2', 100],
  ['.5', 0.5],
  ['-1', -1],
  ['5u', 5e-6],
])('%s is %d', (text, amount) => {
  expect(quantity(text)).toBeCloseTo(amount, 12);
});

test('a decimal amount is exactly what is written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (n) => {
      expect(quantity(`${n}m`)).toBe(n / 1000);
      expect(quantity(`${n}e-3`)).toBe(n / 1000);
    }),
  );
});

test('what the API would not take is no quantity', () => {
  for (const text of ['', 'lots', '1 Gi', '1gb', '1KI', '--1', '1e', null, true, {}])
    expect(quantity(text)).toBeUndefined();
});

test('the same amount is the same however it is written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (n) => {
      expect(sameQuantity(n, `${n * 1000}m`)).toBe(true);
      expect(sameQuantity(`${n}Mi`, `${n * 1024}Ki`)).toBe(true);
      expect(sameQuantity(n, n + 1)).toBe(false);
    }),
  );
});

test('zero counts as unset, something unreadable as set', () => {
  for (const value of [undefined, null, '', 0, '0', '0Gi', '0m']) expect(isSet(value)).toBe(false);
  for (const value of [1, '1m', 'lots']) expect(isSet(value)).toBe(true);
});
