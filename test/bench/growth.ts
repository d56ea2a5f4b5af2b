/** By how much one series of times exceeds another, as shares: 0.1 is a tenth more. */
export interface Growth {
  /** The middle of the pairs. */
  middle: number;
  /** What the true middle lies between, in 19 of 20 measurements. */
  least: number;
  most: number;
}

/**
 * How much longer `times` are than `beside`, compared one by one: both were measured in turns, so that a machine that slows down for
 * a while weighs on both. The interval is that of ranks (the sign test's), which asks nothing of how the times are spread.
 */
export function growthOf(times: readonly number[], beside: readonly number[]): Growth {
  const shares = times.map((time, index) => time / (beside[index] ?? NaN) - 1).sort((a, b) => a - b);
  const half = shares.length / 2;
  const reach = 0.98 * Math.sqrt(shares.length);
  const at = (rank: number): number => shares[Math.min(Math.max(Math.floor(rank), 0), shares.length - 1)] ?? NaN;
  return { middle: at(half), least: at(half - reach), most: at(half + reach) };
}
