import { expect, test } from '@jest/globals';
import { wholeSides } from '../src/whole-sides.ts';

test('a side is told once, when the last of its items is done, with the results in their order', () => {
  const told: unknown[] = [];
  const done = wholeSides<string>([{ side: 'head' }, { side: 'base' }, { side: 'head' }], (side, results) => {
    told.push([side, results]);
  });
  done(2, 'c');
  expect(told).toEqual([]);
  done(0, 'a');
  expect(told).toEqual([['head', ['a', 'c']]]);
  done(1, 'b');
  expect(told).toEqual([
    ['head', ['a', 'c']],
    ['base', ['b']],
  ]);
});
