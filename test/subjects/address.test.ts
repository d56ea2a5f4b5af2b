import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressRange, rangeContains } from '../../src/check.ts';

test.each([
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['0.0.0.0/0', '203.0.113.7', true],
  ['::/0', '203.0.113.7', false],
  ['2001:db8::/32', '2001:DB8:1::7', true],
  ['2001:db8::/32', '2001:db9::', false],
  ['::ffff:0:0/96', '::ffff:10.0.0.1', true],
  ['10.0.0.1/32', '10.0.0.0/8', false],
])('%s contains %s: %p', (outer, inner, expected) => {
  expect(rangeContains(addressRange(outer)!, addressRange(inner)!)).toBe(expected);
});

test.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  '1::2::3',
  '12345::',
  ':::',
  'web',
  '10.0.0.0/-1',
])('%p is no range', (text) => {
  expect(addressRange(text)).toBeUndefined();
});

test('every address lies in the ranges around it, and its text reads back', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(), (text, size) => {
      const address = addressRange(text)!;
      const prefix = size % ((address.family === 6 ? 128 : 32) + 1);
      expect(rangeContains(addressRange(`${text}/${prefix}`)!, address)).toBe(true);
    }),
  );
});

test('reading a range of any text ends without an error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = addressRange(text);
      expect(read === undefined || rangeContains(read, read)).toBe(true);
    }),
  );
});
