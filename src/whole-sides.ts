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
  const ofSide = Map.groupBy(items.keys(), (index) => items[index]?.side);
  const open = new Map([...ofSide].map(([side, indices]) => [side, indices.length]));
  const done = new Map<number, Result>();
  return (index, result) => {
    done.set(index, result);
    const side = items[index]?.side;
    const left = (open.get(side) ?? 0) - 1;
    open.set(side, left);
    if (side === undefined || left !== 0) return;
    whole(
      side,
      (ofSide.get(side) ?? []).flatMap((one) => (done.has(one) ? [done.get(one) as Result] : [])),
    );
  };
}
