import { setTimeout as pause } from 'node:timers/promises';
import { ProbotOctokit } from 'probot';
import { unobserved, type Observe } from '../observe.ts';
import { createPace } from './pace.ts';

/** How patient we are with GitHub. */
export interface Patience {
  /** Milliseconds after which a request counts as unanswered. */
  timeout: number;
  /** Milliseconds in one second of waiting; tests count faster. */
  second: number;
  /** Whether requests are spaced as GitHub's secondary limits ask for. */
  throttle: boolean;
}

export const defaultPatience: Patience = { timeout: 30_000, second: 1000, throttle: true };

/** What GitHub says of an installation's limit, with every answer. `reset` in seconds since 1970. */
export interface Remaining {
  /** The installation's id, or `app` for calls that act as the App itself. */
  installation: string;
  resource: string;
  remaining: number;
  limit: number;
  reset: number;
}

/** Who looks on. */
export interface Watch {
  observe: Observe;
  /** Told as often as GitHub says so. */
  remaining: (rate: Remaining) => void;
}

const nobody: Watch = { observe: unobserved.observe, remaining: () => undefined };

/** A wait that GitHub asks for is obeyed up to this many seconds; a longer one fails the job. */
const longestWait = 15 * 60;
const retries = 3;

/**
 * Probot's Octokit, with rate limits obeyed (Probot alone gives up on secondary ones) and no request without an end. Each
 * installation is paced on its own: GitHub counts them apart.
 */
export function createOctokitClass(patience: Patience, watch: Watch = nobody): typeof ProbotOctokit {
  const pace = createPace(() => performance.now());
  return ProbotOctokit.plugin(calls(watch.observe)).defaults((options: Options) => {
    const { installationId = 'app' } = options.auth ?? {};
    const installation = String(installationId);
    const fetch = boundedFetch(patience.timeout, installation, watch);
    return {
      ...options,
      request: { ...options.request, fetch: patience.throttle ? paced(fetch, pace, installation) : fetch },
      // Without a request function of its own, the App's authentication uses this Octokit's: same address, limits and retries.
      auth: Object.fromEntries(Object.entries(options.auth ?? {}).filter(([name]) => name !== 'request')),
      throttle: {
        ...options.throttle,
        enabled: true,
        retryAfterBaseValue: patience.second,
        // The plugin spaces every write, and reads of GraphQL, by a second: a review would wait longer for that than it takes.
        write: unthrottled,
        notifications: unthrottled,
        onRateLimit: wait,
        onSecondaryRateLimit: wait,
      },
      retry: { retryAfterBaseValue: patience.second, retries },
    };
  });
}

interface Options {
  request?: object;
  auth?: { installationId?: number | string };
  throttle?: object;
}

/** A call as our code makes it. Its route is told as GitHub's description writes it; an address with names in it is not. */
function calls(observe: Observe) {
  return ({ hook }: Pick<InstanceType<typeof ProbotOctokit>, 'hook'>): void => {
    hook.wrap('request', (request, options) => {
      const route = /^\/[\w/{}.-]*$/.test(options.url) && (options.url.includes('{') || options.url === '/graphql');
      const attributes = { method: options.method, ...(route ? { route: options.url } : {}) };
      return observe('call', attributes, () => request(options));
    });
  };
}

function paced(
  fetch: typeof globalThis.fetch,
  pace: ReturnType<typeof createPace>,
  installation: string,
): typeof fetch {
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === 'string' ? init.body : undefined;
    const milliseconds = pace(installation, { method: init?.method ?? 'GET', pathname, body });
    if (milliseconds > 0) await pause(milliseconds, undefined, init?.signal ? { signal: init.signal } : {});
    return fetch(input, init);
  };
}

/**
 * A `fetch` that gives up: without it a connection that is accepted and never answered would hold a job for ever. It returns
 * when the whole answer is there: Octokit takes what was read of a body that broke off for the whole, a settings file too.
 */
function boundedFetch(timeout: number, installation: string, watch: Watch): typeof fetch {
  return (input, init) =>
    watch.observe('request', { method: init?.method ?? 'GET', status: 'none' }, async (note) => {
      const signals = [AbortSignal.timeout(timeout), ...(init?.signal ? [init.signal] : [])];
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      note({ status: response.status });
      const rate = rateOf(response.headers);
      if (rate !== undefined) watch.remaining({ installation, ...rate });
      const body = await response.arrayBuffer();
      const { status, statusText, headers, url } = response;
      const whole = new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
      // Only fetch itself sets it; pages of lists are found by it.
      return Object.defineProperty(whole, 'url', { value: url });
    });
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit */
function rateOf(headers: Headers): Omit<Remaining, 'installation'> | undefined {
  const [remaining, limit, reset] = ['remaining', 'limit', 'reset'].map((name) => {
    const text = headers.get(`x-ratelimit-${name}`) ?? '';
    return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
  });
  if (remaining === undefined || limit === undefined || reset === undefined) return undefined;
  const resource = headers.get('x-ratelimit-resource') ?? 'core';
  return { remaining, limit, reset, resource: /^[a-z_]{1,40}$/.test(resource) ? resource : 'other' };
}

/** Stands in for a rate-limit group of the throttling plugin: takes everything at once. */
const unthrottled = {
  key: () => ({ schedule: (_: unknown, run: (...rest: unknown[]) => unknown, ...rest: unknown[]) => run(...rest) }),
};

function wait(seconds: number, _options: object, _octokit: object, count: number): boolean {
  return seconds <= longestWait && count < retries;
}
