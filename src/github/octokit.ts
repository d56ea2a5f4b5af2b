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

/**
 * Probot's Octokit, with rate limits obeyed (Probot alone gives up on secondary ones) and no request without an end.
 *
 * @param remaining told how many calls are left, as often as GitHub says so
 */
export function createOctokitClass(
  patience: Patience,
  remaining: (calls: number) => void = () => undefined,
): typeof ProbotOctokit {
  const fetch = boundedFetch(patience.timeout, remaining);
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

/**
 * A `fetch` that gives up: without it a connection that is accepted and never answered would hold a job for ever. It returns
 * when the whole answer is there: Octokit takes what was read of a body that broke off for the whole, a settings file too.
 */
function boundedFetch(timeout: number, remaining: (calls: number) => void): typeof fetch {
  return async (input, init) => {
    const signals = [AbortSignal.timeout(timeout), ...(init?.signal ? [init.signal] : [])];
    const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
    const left = response.headers.get('x-ratelimit-remaining');
    if (left !== null && /^\d{1,9}$/.test(left)) remaining(Number(left));
    const body = await response.arrayBuffer();
    const { status, statusText, headers, url } = response;
    const whole = new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
    // Only fetch itself sets it; pages of lists are found by it.
    return Object.defineProperty(whole, 'url', { value: url });
  };
}

/** Stands in for a rate-limit group of the throttling plugin: takes everything at once. */
const unthrottled = {
  key: () => ({ schedule: (_: unknown, run: (...rest: unknown[]) => unknown, ...rest: unknown[]) => run(...rest) }),
};

function wait(seconds: number, _options: object, _octokit: object, count: number): boolean {
  return seconds <= longestWait && count < retries;
}
