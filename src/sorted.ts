/** Searching in what is sorted by path: a list of 100,000 files costs nothing until something is looked up. */

/** Index of the first item at or after a path; the length when there is none. */
export function firstAtOrAfter(sorted: readonly { path: string }[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.path ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The item with a path. */
export function findPath<Item extends { path: string }>(sorted: readonly Item[], path: string): Item | undefined {
  const found = sorted[firstAtOrAfter(sorted, path)];
  return found?.path === path ? found : undefined;
}
