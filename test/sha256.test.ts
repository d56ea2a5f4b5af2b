import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { sha256 } from '../src/sha256.ts';

const reference = (text: string): string => createHash('sha256').update(text).digest('hex');

test('a text has the digest that node:crypto gives it, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(reference(text));
    }),
  );
});

test('lengths around a block have the right padding', () => {
  for (let length = 0; length < 200; length += 1) {
    const text = 'a'.repeat(length);
    expect(sha256(text)).toBe(reference(text));
  }
});

test('a long text has the right digest', () => {
  const text = 'plimsoll\n'.repeat(100_000);
  expect(sha256(text)).toBe(reference(text));
});
