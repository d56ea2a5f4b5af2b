import type { Check } from '../check.ts';
import type { Located } from './run.ts';

/** Lists as one that is made in its size: they are long where repositories are large. */
export function flattened(lists: readonly (readonly Located[])[]): Located[] {
  const all = new Array<Located>(sizeOf(lists));
  let next = 0;
  for (const list of lists) for (const one of list) all[next++] = one;
  return all;
}

/** How many they hold together. */
export function sizeOf(lists: readonly (readonly Located[])[]): number {
  return lists.reduce((size, list) => size + list.length, 0);
}

/** Two lists that are in the order of the checks each, as one. */
export function inOrder(
  some: readonly Located[],
  others: readonly Located[],
  position: (check: Check) => number,
): readonly Located[] {
  if (some.length === 0 || others.length === 0) return some.length === 0 ? others : some;
  const all = new Array<Located>(some.length + others.length);
  let next = 0;
  let size = 0;
  for (const one of some) {
    for (; next < others.length; next += 1) {
      const other = others[next];
      if (other === undefined || position(other.check) > position(one.check)) break;
      all[size++] = other;
    }
    all[size++] = one;
  }
  for (; next < others.length; next += 1) {
    const other = others[next];
    if (other !== undefined) all[size++] = other;
  }
  return all;
}
