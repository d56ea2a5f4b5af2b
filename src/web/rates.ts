/** What GitHub said last of an installation's limit. */
export interface Rate {
  /** The installation's id, or `app` for calls that act as the App itself. */
  installation: string;
  /** `core`, `graphql` … */
  resource: string;
  remaining: number;
  limit: number;
  /** When it begins anew, seconds since 1970. */
  reset: number;
}

/** An App may have thousands of installations: each would be a time series. */
const shown = 20;

export interface Rates {
  told: (rate: Rate) => void;
  /** The installations that have the least left, of those whose hour is not over. */
  least: () => Rate[];
}

/** @param now milliseconds since 1970 */
export function createRates(now: () => number = Date.now): Rates {
  const known = new Map<string, Rate>();
  return {
    told(rate) {
      known.set(`${rate.installation} ${rate.resource}`, rate);
    },
    least() {
      for (const [key, { reset }] of known) if (reset * 1000 <= now()) known.delete(key);
      return [...known.values()].sort((a, b) => a.remaining - b.remaining).slice(0, shown);
    },
  };
}
