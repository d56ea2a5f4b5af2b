import { describe, expect, test } from '@jest/globals';
import { and, type Gathered } from '../../src/check.ts';

const [first, second, third] = ['one', 'two', 'three'].map((message) => ({ at: [], message }));

describe('what a check gathers', () => {
  test('one violation stays without a list', () => {
    expect(and(undefined, first!)).toBe(first);
  });

  test('several come out in the order in which they were found', () => {
    let found: Gathered;
    for (const violation of [first!, second!, third!]) found = and(found, violation);
    expect(found).toEqual([first, second, third]);
  });
});
