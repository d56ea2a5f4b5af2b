/**
 * How fast one installation may be asked, so that GitHub's secondary limits are not met: 900 points a minute of the REST API and 2,000
 * of GraphQL, where a write is 5 and a read 1; 80 requests a minute and 500 an hour that create content.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */

/** What of a request its limits depend on. */
export interface Asked {
  method: string;
  /** Below the API's root, or not: only its end is looked at. */
  pathname: string;
  /** A GraphQL request's text. */
  body?: string | undefined;
}

/** Takes a place for a request, and says how many milliseconds to wait for it. */
export type Pace = (installation: string, asked: Asked) => number;

/** So many at once, and so many a second after that: at most `burst + seconds × perSecond` in any stretch of time. */
interface Allowance {
  burst: number;
  perSecond: number;
}

const rest: Allowance = { burst: 300, perSecond: 10 };
const graphql: Allowance = { burst: 800, perSecond: 20 };
/** 500 an hour. */
const content: Allowance = { burst: 80, perSecond: 420 / 3600 };
/** Milliseconds between two requests that people are notified of, as GitHub's best practices ask for; also keeps below 80 a minute. */
const gap = 1000;

/** Of so many installations what they used is remembered; those that rested longest are the first to be forgotten. */
const remembered = 2000;

/** @param now milliseconds of a steady clock */
export function createPace(now: () => number): Pace {
  const installations = new Map<string, ReturnType<typeof allowances>>();
  return (installation, asked) => {
    const time = now();
    const own = installations.get(installation) ?? allowances();
    installations.delete(installation);
    installations.set(installation, own);
    for (const [oldest] of installations) {
      if (installations.size <= remembered) break;
      installations.delete(oldest);
    }
    const isGraphql = asked.pathname.endsWith('/graphql');
    const points = isRead(asked) ? 1 : 5;
    const waits = [(isGraphql ? own.graphql : own.rest)(time, points)];
    if (createsContent(asked)) waits.push(own.content(time, 1), own.spaced(time));
    return Math.max(...waits);
  };
}

function allowances(): Record<'rest' | 'graphql' | 'content', (time: number, cost: number) => number> & {
  spaced: (time: number) => number;
} {
  let free = 0;
  return {
    rest: allowance(rest),
    graphql: allowance(graphql),
    content: allowance(content),
    spaced(time) {
      const begins = Math.max(time, free);
      free = begins + gap;
      return begins - time;
    },
  };
}

function allowance({ burst, perSecond }: Allowance): (time: number, cost: number) => number {
  let left = burst;
  let seen = 0;
  return (time, cost) => {
    left = Math.min(burst, left + ((time - seen) / 1000) * perSecond) - cost;
    seen = time;
    return left >= 0 ? 0 : (-left / perSecond) * 1000;
  };
}

function isRead({ method, pathname, body = '' }: Asked): boolean {
  if (pathname.endsWith('/graphql')) return !/\bmutation\b/.test(body);
  return method === 'GET' || method === 'HEAD';
}

/** Comments, reviews, issues and pull requests: what people are notified of. Check runs notify nobody. */
function createsContent({ method, pathname }: Asked): boolean {
  return method === 'POST' && /\/(?:comments|reviews|replies|pulls|issues)$/.test(pathname);
}
