import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPace, type Asked } from '../../src/github/pace.ts';

const comment: Asked = { method: 'POST', pathname: '/repos/acme/gitops/issues/7/comments' };
const posted: Asked = { method: 'POST', pathname: '/api/v3/repos/acme/gitops/pulls/7/reviews' };
const checkRun: Asked = { method: 'PATCH', pathname: '/repos/acme/gitops/check-runs/1' };
const read: Asked = { method: 'GET', pathname: '/repos/acme/gitops/issues/7/comments' };
const query: Asked = { method: 'POST', pathname: '/graphql', body: '{"query":"query { viewer { login } }"}' };
const mutation: Asked = { method: 'POST', pathname: '/graphql', body: '{"query":"mutation { resolveReviewThread }"}' };
const points = (asked: Asked): number => (asked === read || asked === query ? 1 : 5);

/** Begin of each request in milliseconds, for requests made one after the other without a pause. */
function begins(requests: readonly { asked: Asked; after: number }[]): { asked: Asked; at: number }[] {
  let now = 0;
  const pace = createPace(() => now);
  return requests.map(({ asked, after }) => {
    now += after;
    return { asked, at: now + pace('1', asked) };
  });
}

/** The most that any stretch of so many milliseconds costs. */
function most(begun: readonly { at: number; cost: number }[], stretch: number): number {
  return Math.max(
    0,
    ...begun.map(({ at }) =>
      begun.reduce((sum, other) => sum + (other.at >= at && other.at < at + stretch ? other.cost : 0), 0),
    ),
  );
}

test('Whatever is asked whenever, no minute and no hour exceeds what GitHub allows.', () => {
  const asked = fc.constantFrom(comment, posted, checkRun, read, query, mutation);
  const requests = fc.array(fc.record({ asked, after: fc.integer({ min: 0, max: 20_000 }) }), { maxLength: 150 });
  const hurried = fc.array(fc.record({ asked, after: fc.integer({ min: 0, max: 20 }) }), {
    minLength: 300,
    maxLength: 400,
  });
  fc.assert(
    fc.property(fc.oneof(requests, hurried), (made) => {
      const begun = begins(made);
      const of = (...kinds: Asked[]): { at: number; cost: number }[] =>
        begun.flatMap((one) => (kinds.includes(one.asked) ? [{ at: one.at, cost: points(one.asked) }] : []));
      const once = of(comment, posted).map((one) => ({ ...one, cost: 1 }));
      expect(most(of(comment, posted, checkRun, read), 60_000)).toBeLessThanOrEqual(900);
      expect(most(of(query, mutation), 60_000)).toBeLessThanOrEqual(2000);
      expect(most(once, 60_000)).toBeLessThanOrEqual(80);
      expect(most(once, 3_600_000)).toBeLessThanOrEqual(500);
      expect(most(once, 999)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 40 },
  );
});

test('A thousand comments at once take two hours, thirty reviews’ check runs not a second.', () => {
  const times = (count: number, asked: Asked) => Array.from({ length: count }, () => ({ asked, after: 0 }));
  const last = (made: { at: number }[]): number => made.at(-1)?.at ?? 0;
  const comments = last(begins(times(1000, comment)));
  expect(comments / 3_600_000).toBeGreaterThan(2);
  expect(comments / 3_600_000).toBeLessThan(2.3);
  expect(last(begins(times(60, checkRun)))).toBe(0);
});

test('One installation does not wait for another.', () => {
  const pace = createPace(() => 0);
  for (let count = 0; count < 100; count += 1) pace('1', comment);
  expect(pace('1', comment)).toBeGreaterThan(60_000);
  expect(pace('2', comment)).toBe(0);
});
