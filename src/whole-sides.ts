import type { SideName } from './side.ts';

/**
 * Tells of a side when all of its items are done: the work on the other may still go on. Never of a side that has none.
 * @param whole is given the results in the order of the items
 * @returns takes the result of the item at an index
 */
export function wholeSides<Result>(
  items: readonly { side: SideName }[],
  whole: (side: SideName, results: readonly Result[]) => void,
): (index: number, result: Result) => void {
  const open = { head: new Set<number>(), base: new Set<number>() };
  for (const [index, { side }] of items.entries()) open[side].add(index);
  const done: { side: SideName; result: Result }[] = [];
  return (index, result) => {
    const side = items[index]?.side;
    if (side === undefined || !open[side].delete(index)) return;
    done[index] = { side, result };
    if (open[side].size === 0)
      whole(
        side,
        done.flatMap((one) => (one.side === side ? [one.result] : [])),
      );
  };
}
