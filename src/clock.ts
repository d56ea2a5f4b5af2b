/** Milliseconds of a steady clock. Node's `performance` is the same, and takes longer to load than a review is worth. */
export function steadyNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
