import { ProbotOctokit } from 'probot';

/** How patient we are with GitHub. */
export interface Patience {
  /** Milliseconds after which a request counts as unanswered. */
  timeout: number;
  /** Milliseconds in one second of waiting; tests count faster. */
  second: number;
  /** Whether writes are spaced one second apart, as GitHub asks for. */
  throttle: boolean;
}

export const defaultPatience: Patience = { timeout: 30_000, second: 1000, throttle: true };

/** A wait that GitHub asks for is obeyed up to this many seconds; a longer one fails the job. */
const longestWait = 15 * 60;
const retries = 3;

/** Probot's Octokit, with rate limits obeyed (Probot alone gives up on secondary ones) and no request without an end. */
export function createOctokitClass(patience: Patience): typeof ProbotOctokit {
  const fetch = boundedFetch(patience.timeout);
  return ProbotOctokit.defaults((options: Options) => ({
    ...options,
    request: { ...options.request, fetch },
    // Without a request function of its own, the App's authentication uses this Octokit's: same address, limits and retries.
    auth: Object.fromEntries(Object.entries(options.auth ?? {}).filter(([name]) => name !== 'request')),
    throttle: {
      ...options.throttle,
      enabled: true,
      retryAfterBaseValue: patience.second,
      ...(patience.throttle ? {} : { write: unthrottled, notifications: unthrottled }),
      onRateLimit: wait,
      onSecondaryRateLimit: wait,
    },
    retry: { retryAfterBaseValue: patience.second, retries },
  }));
}

interface Options {
  request?: object;
  auth?: object;
  throttle?: object;
}

/** A `fetch` that gives up: without it a connection that is accepted and never answered would hold a job for ever. */
function boundedFetch(timeout: number): typeof fetch {
  return (input, init) => {
    const signals = [AbortSignal.timeout(timeout), ...(init?.signal ? [init.signal] : [])];
    return fetch(input, { ...init, signal: AbortSignal.any(signals) });
  };
}

/** Stands in for a rate-limit group of the throttling plugin: takes everything at once. */
const unthrottled = {
  key: () => ({ schedule: (_: unknown, run: (...rest: unknown[]) => unknown, ...rest: unknown[]) => run(...rest) }),
};

function wait(seconds: number, _options: object, _octokit: object, count: number): boolean {
  return seconds <= longestWait && count < retries;
}
