import { expect, test } from '@jest/globals';
import { below, sharedPath } from '../../src/check.ts';

test('what lies below a path is its steps behind those of the path', () => {
  const path = ['spec', 0];
  expect(below(path, 'a', 1)).toEqual(['spec', 0, 'a', 1]);
  expect(below(path)).toEqual(path);
  expect(path).toEqual(['spec', 0]);
});

test('below a shared path the same steps give the same list, however they are taken', () => {
  const path = sharedPath(['spec', 'template']);
  const one = below(path, 'spec', 'containers', 0);
  expect(below(below(path, 'spec'), 'containers', 0)).toBe(one);
  expect(below(path, 'spec', 'containers', 1)).toEqual(['spec', 'template', 'spec', 'containers', 1]);
  expect(below(path, 'spec', 'containers', '0')).toEqual(['spec', 'template', 'spec', 'containers', '0']);
});

test('keys that a repository invents do not fill the memory, and are told apart all the same', () => {
  const path = sharedPath(['metadata', 'annotations']);
  const keys = Array.from({ length: 20_000 }, (_, index) => `key-${index}`);
  const lists = keys.map((key) => below(path, key));
  expect(lists.map((list) => list[2])).toEqual(keys);
  const again = keys.map((key) => below(path, key));
  expect(again).toEqual(lists);
  expect(again.filter((list, index) => list === lists[index]).length).toBeLessThanOrEqual(5_000);
});
