/** What every database must do the same. Where PostgreSQL is not installed its half is skipped, and says so. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { TestClock } from 'pg-boss';
import type { Report } from '../../src/model.ts';
import type { Counts } from '../../src/report/counts.ts';
import { alone } from '../../src/store/alone.ts';
import { accept, type Task } from '../../src/store/accept.ts';
import type { DatabasePlace } from '../../src/store/database.ts';
import { deadLetters, retryDeadLetters } from '../../src/store/dead-letters.ts';
import { depthOf } from '../../src/store/depth.ts';
import { move } from '../../src/store/move.ts';
import { migrate } from '../../src/store/migrations.ts';
import { prune, readReport, readTrend, saveReport, saveTrend } from '../../src/store/reports.ts';
import { defaultLease, openStore, type Store } from '../../src/store/store.ts';
import { Cancelled, HandedBack, LeaseLost, TryLater } from '../../src/jobs.ts';
import { startWork, type StoredJob, type Working } from '../../src/store/work.ts';
import { embedded, hasPostgres, startPostgres, type TestDatabases } from '../support/databases.ts';
import { emptyReport } from '../support/empty-report.ts';

const task = (pull: number, more: Partial<Task> = {}): Task => ({
  key: `acme/shop#${pull}`,
  subject: 'head-1',
  again: false,
  repository: 'acme/shop',
  cost: 1,
  supersedes: 'A newer commit is reviewed instead.',
  data: { pull },
  ...more,
});
const wish = (pull: number, more: Partial<Task> = {}) => ({ kind: 'do', task: task(pull, more) }) as const;

/** The key that a test's job was stored with. */
const keyOf = (data: unknown): string =>
  typeof data === 'object' && data !== null && 'pull' in data ? `acme/shop#${String(data.pull)}` : JSON.stringify(data);

let deliveries = 0;
const delivery = (): string => `delivery-${(deliveries += 1)}`;

describe.each<[string, () => Promise<TestDatabases>, boolean]>([
  ['the embedded database', () => Promise.resolve(embedded), true],
  ['PostgreSQL', startPostgres, hasPostgres()],
])('on %s', (_, start, possible) => {
  const suite = possible ? test : test.skip;
  let databases: TestDatabases | undefined;
  let place: DatabasePlace;
  const clock = new TestClock();
  let store: Store;
  const opened: Store[] = [];
  const workers: Working[] = [];
  const warnings: Error[] = [];

  beforeAll(async () => {
    if (!possible) return;
    databases = await start();
    place = await databases.place();
    store = await open();
  });
  afterAll(async () => {
    for (const one of opened) await one.close();
    await databases?.stop();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await meanwhile(worker.stop(0));
    expect(warnings.splice(0)).toEqual([]);
    if (!possible) return;
    await store.boss.deleteAllJobs();
    await store.database.query('truncate plimsoll.delivery, plimsoll.newest, plimsoll.turn, plimsoll.claim');
  });

  /** Of a clock that runs a thousand times too fast, a connection's sign of life comes too late. */
  function warn(error: Error): void {
    if (!error.message.startsWith('LISTEN/NOTIFY heartbeat')) warnings.push(error);
  }

  async function open(): Promise<Store> {
    const one = await openStore(place, { lease: defaultLease, warn, clock });
    opened.push(one);
    return one;
  }

  /** What another process would have: a store of its own, where the database serves more than one. */
  async function another(): Promise<Store> {
    return 'url' in place ? (opened[1] ?? open()) : store;
  }

  /** A worker whose jobs end when the test says so; `next` gives the tries in the order they start. */
  async function work(concurrency = 1, perRepository = 10, on = store) {
    const arrived: Handled[] = [];
    const asked: ((handled: Handled) => void)[] = [];
    const worker = await startWork(
      on,
      (one) =>
        new Promise<void>((done, fail) => {
          const handled = { one, done, fail };
          one.attempt.signal.addEventListener('abort', () => fail(one.attempt.signal.reason as Error));
          const waiting = asked.shift();
          if (waiting === undefined) arrived.push(handled);
          else waiting(handled);
        }),
      { concurrency, perRepository, keyOf },
    );
    workers.push(worker);
    return {
      worker,
      started: () => arrived.length,
      next: (): Promise<Handled> => {
        const handled = arrived.shift();
        return handled === undefined ? new Promise((resolve) => asked.push(resolve)) : Promise.resolve(handled);
      },
    };
  }
  interface Handled {
    one: StoredJob;
    done: () => void;
    fail: (error: Error) => void;
  }
  /**
   * Moves time, step by step, until it comes true; then waits for what takes real time, such as a connection.
   * A step over a second is a jump: what it passed fires once, at the tick after it.
   */
  async function comesTrue(holds: () => boolean | Promise<boolean>, seconds = 120, step = 1): Promise<void> {
    const patience = performance.now() + 10_000;
    for (let second = 0; performance.now() < patience || second < seconds; second += step) {
      // Time must not run away from the database, which answers in real time.
      await store.database.query('select 1');
      await new Promise((resolve) => setImmediate(resolve));
      if (await holds()) return;
      if (second >= seconds) continue;
      if (step > 1) await clock.setTime(clock.now() + step * 1000);
      await clock.tick(1000);
    }
    throw new Error(`It did not come true within ${seconds} seconds: ${holds.toString()}`);
  }
  /** Moves time until the promise settles. */
  async function meanwhile<T>(promise: Promise<T>, seconds?: number, step?: number): Promise<T> {
    let settled = false;
    const settle = (): void => void (settled = true);
    promise.then(settle, settle);
    await comesTrue(() => settled, seconds, step);
    return promise;
  }
  const aborted = (signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve) =>
      signal.aborted ? resolve(signal.reason) : signal.addEventListener('abort', () => resolve(signal.reason)),
    );
  const states = async (): Promise<string[]> => (await store.boss.findJobs('review')).map(({ state }) => state).sort();

  suite('what was accepted is worked on, with the data it came with', async () => {
    expect(await accept(store, delivery(), wish(1, { data: { pull: 1, title: 'ä "\\u0000" ✓' } }))).toBe('stored');
    const { next } = await work();
    const { one, done } = await meanwhile(next());
    expect(one).toMatchObject({
      data: { pull: 1, title: 'ä "\\u0000" ✓' },
      attempt: { number: 1, last: false },
    });
    done();
    await comesTrue(async () => (await states())[0] === 'completed');
  });

  suite('a delivery seen before is one job, and so is a second delivery about the same head', async () => {
    expect(await accept(store, 'twice', wish(1))).toBe('stored');
    expect(await accept(store, 'twice', wish(1))).toBe('repeated');
    expect(await accept(store, delivery(), wish(1))).toBe('known');
    expect(await states()).toEqual(['created']);
  });

  suite('two deliveries about one head at the same time are one job', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => accept(store, delivery(), wish(1))));
    expect(answers.sort()).toEqual(['known', 'known', 'known', 'stored']);
    expect(await states()).toEqual(['created']);
  });

  suite('a newer head takes the place of the one that waits', async () => {
    await accept(store, delivery(), wish(1));
    await accept(store, delivery(), wish(1, { subject: 'head-2', data: { newer: true } }));
    expect(await states()).toEqual(['cancelled', 'created']);
    const { next } = await work();
    expect((await meanwhile(next())).one.data).toEqual({ newer: true });
  });

  suite('a newer head stops the review that runs, on whatever worker', async () => {
    await accept(store, delivery(), wish(1));
    const { next } = await work(1, 10, await another());
    const older = await meanwhile(next());
    await accept(store, delivery(), wish(1, { subject: 'head-2' }));
    expect(await aborted(older.one.attempt.signal)).toEqual(new Cancelled('A newer commit is reviewed instead.'));
    older.fail(new Error('stopped'));
    const newer = await meanwhile(next());
    expect(newer.one.attempt.number).toBe(1);
    newer.done();
    await comesTrue(async () => (await states()).join() === 'cancelled,completed');
  });

  suite('a newer head begins when the older one has ended, on whatever worker, and no try of it is lost', async () => {
    const began: number[] = [];
    const endings: (() => void)[] = [];
    // Cancelled, it goes on for a while: a request to the host is under way.
    const slow = ({ data }: StoredJob): Promise<void> => {
      began.push((data as { head: number }).head);
      return new Promise((resolve) => endings.push(resolve));
    };
    const options = { concurrency: 2, perRepository: 10, keyOf };
    workers.push(await startWork(store, slow, options), await startWork(await another(), slow, options));
    await accept(store, delivery(), wish(1, { data: { pull: 1, head: 1 } }));
    await comesTrue(() => began.length === 1);
    await accept(store, delivery(), wish(1, { subject: 'head-2', data: { pull: 1, head: 2 } }));
    await comesTrue(async () => (await states()).join() === 'active,cancelled');
    // Longer than the lease: the older one says that it lives.
    for (let second = 0; second < 2 * defaultLease; second += 1) {
      await clock.tick(1000);
      await new Promise((resolve) => setImmediate(resolve));
      await store.database.query('select 1');
    }
    expect(began).toEqual([1]);
    await accept(store, delivery(), wish(2, { data: { pull: 2, head: 3 } }));
    await comesTrue(() => began.length === 2);
    expect(began).toEqual([1, 3]);
    endings[0]?.();
    await comesTrue(() => began.length === 3);
    expect(began).toEqual([1, 3, 2]);
    expect((await store.boss.findJobs('review')).map(({ retryCount }) => retryCount)).toEqual([0, 0, 0]);
    for (const end of endings) end();
    await comesTrue(async () => (await states()).join() === 'cancelled,completed,completed');
    expect(await store.database.query("select 1 from plimsoll.claim where name like 'job %'")).toEqual([]);
  });

  suite('a pull request is kept by a dead process until its lease is over, and no longer', async () => {
    const ended = await alone(store, 'acme/shop#9', new AbortController().signal, () => undefined);
    await ended();
    await store.database.query(
      "insert into plimsoll.claim values ('job acme/shop#9', pgboss.job_now() + make_interval(secs => 30), 'dead')",
    );
    const abort = new AbortController();
    const refused = alone(store, 'acme/shop#9', abort.signal, () => undefined);
    abort.abort(new Cancelled('It was closed.'));
    await expect(meanwhile(refused)).rejects.toEqual(new Cancelled('It was closed.'));
    await store.database.query("update plimsoll.claim set until = pgboss.job_now() where holder = 'dead'");
    const release = await alone(store, 'acme/shop#9', new AbortController().signal, () => undefined);
    await release();
  });

  suite(
    'a process that could not say that it lives hears that another has the pull request, and leaves it to it',
    async () => {
      let lost = false;
      const release = await alone(store, 'acme/shop#9', new AbortController().signal, () => (lost = true));
      await store.database.query(
        "update plimsoll.claim set holder = 'other', until = pgboss.job_now() + make_interval(secs => 30)",
      );
      await comesTrue(() => lost);
      await release();
      expect(await store.database.query('select holder from plimsoll.claim')).toEqual([{ holder: 'other' }]);
    },
  );

  suite('closing a pull request stops its review, waiting or running', async () => {
    await accept(store, delivery(), wish(1));
    await accept(store, delivery(), wish(2));
    const { next } = await work();
    const running = await meanwhile(next());
    for (const pull of [1, 2])
      expect(
        await accept(store, delivery(), { kind: 'cancel', key: `acme/shop#${pull}`, reason: 'It was closed.' }),
      ).toBe('cancelled');
    expect(await aborted(running.one.attempt.signal)).toEqual(new Cancelled('It was closed.'));
    running.done();
    expect(await states()).toEqual(['cancelled', 'cancelled']);
    // Reopened with the head it had: a review again.
    expect(await accept(store, delivery(), wish(1))).toBe('stored');
  });

  suite('a head that was reviewed is reviewed again only when a person asks for it', async () => {
    await accept(store, delivery(), wish(1));
    const { next } = await work();
    (await meanwhile(next())).done();
    await comesTrue(async () => (await states())[0] === 'completed');
    expect(await accept(store, delivery(), wish(1))).toBe('known');
    expect(await accept(store, delivery(), wish(1, { again: true }))).toBe('stored');
    (await meanwhile(next())).done();
  });

  suite('a job that fails for a while is tried again, and not before the time it was told', async () => {
    await accept(store, delivery(), wish(1));
    const { next } = await work();
    (await meanwhile(next())).fail(new TryLater(new Error('rate limit'), 60));
    const told = clock.now();
    const second = await meanwhile(next());
    expect(second.one.attempt.number).toBe(2);
    expect(clock.now() - told).toBeGreaterThanOrEqual(60_000);
    second.done();
  });

  suite('a job that fails at every try becomes a dead letter, which can be tried again', async () => {
    await accept(store, delivery(), wish(1));
    const { next } = await work();
    for (let number = 1; ; number += 1) {
      const { one, fail } = await meanwhile(next(), 3000, 30);
      expect(one.attempt.number).toBe(number);
      fail(Object.assign(new Error('no answer'), { request: { authorization: 'token of somebody' } }));
      if (one.attempt.last) break;
    }
    await comesTrue(async () => (await deadLetters(store)).length === 1);
    const [letter] = await deadLetters(store);
    expect(letter).toMatchObject({ data: { pull: 1 }, message: 'no answer', tries: 9 });
    expect(JSON.stringify(await store.database.query('select * from pgboss.job'))).not.toContain('token of somebody');
    expect(await retryDeadLetters(store, [letter?.id ?? ''])).toBe(1);
    expect(await deadLetters(store)).toEqual([]);
    const again = await meanwhile(next());
    expect(again.one).toMatchObject({ data: { pull: 1 }, attempt: { number: 1 } });
    again.done();
  });

  suite(
    'the job of a worker that died is another’s within the lease, and the dead one writes nothing more',
    async () => {
      const other = await another();
      await accept(store, delivery(), wish(1));
      const first = await work(1, 10, other);
      const lost = await meanwhile(first.next());
      // As after SIGKILL: time passes, and nobody says that the job is alive.
      await clock.setTime(clock.now() + 2 * defaultLease * 1000);
      await store.boss.supervise('review');
      const second = await work();
      const taken = await meanwhile(Promise.race([first.next(), second.next()]));
      expect(taken.one).toMatchObject({ id: lost.one.id, attempt: { number: 2 } });
      expect(await meanwhile(aborted(lost.one.attempt.signal))).toBeInstanceOf(LeaseLost);
      lost.done();
      taken.done();
      await comesTrue(async () => (await states())[0] === 'completed');
    },
  );

  suite('a worker that must end hands its job back, and another takes it at once', async () => {
    await accept(store, delivery(), wish(1));
    const first = await work();
    const { one, fail } = await meanwhile(first.next());
    const stopped = first.worker.stop(20);
    const reason = await meanwhile(aborted(one.attempt.signal));
    expect(reason).toBeInstanceOf(HandedBack);
    fail(reason as Error);
    await meanwhile(stopped);
    const second = await work();
    const taken = await meanwhile(second.next(), 10);
    expect(taken.one.id).toBe(one.id);
    taken.done();
  });

  suite('a repository with many jobs waiting does not keep the others waiting', async () => {
    for (let pull = 1; pull <= 10; pull += 1) await accept(store, delivery(), wish(pull));
    const other = { repository: 'acme/site', key: 'acme/site#1', data: { other: true } };
    const group = { repository: 'acme/shop', key: 'acme/shop@group', cost: 0, data: { group: true } };
    const { next } = await work();
    const order: unknown[] = [];
    for (let count = 0; count < 12; count += 1) {
      const { one, done } = await meanwhile(next());
      order.push(one.data);
      if (count === 3) await accept(store, delivery(), wish(1, other));
      if (count === 6) await accept(store, delivery(), wish(1, group));
      done();
    }
    expect(order.findIndex((data) => 'other' in (data as object))).toBeLessThanOrEqual(5);
    expect(order.findIndex((data) => 'group' in (data as object))).toBeLessThanOrEqual(8);
    expect(order).toHaveLength(12);
  });

  suite('at most so many reviews of one repository run at a time, over all workers', async () => {
    for (let pull = 1; pull <= 4; pull += 1) await accept(store, delivery(), wish(pull));
    await accept(store, delivery(), wish(1, { repository: 'acme/site', key: 'acme/site#1', data: { other: true } }));
    // One after the other: of two that look in the same instant each may find room for one.
    const one = await work(2, 2);
    const running = [await meanwhile(one.next()), await meanwhile(one.next())];
    const two = await work(1, 2, await another());
    running.push(await meanwhile(two.next()));
    const three = await work(1, 2);
    await clock.tick(10_000);
    expect(three.started()).toBe(0);
    expect(running.filter(({ one: { data } }) => 'pull' in (data as object))).toHaveLength(2);
    expect(running.filter(({ one: { data } }) => 'other' in (data as object))).toHaveLength(1);
    for (const { done } of running) done();
    const late = await meanwhile(Promise.race([one, two, three].map((worker) => worker.next())));
    late.done();
  });

  suite('a report is found by its head, the newer one of two, with whatever its strings hold', async () => {
    const { database } = store;
    await saveReport(database, reportOf({ conclusion: 'failure' }));
    const title = `NUL \0, half a pair \ud800, \\u0000 and '); drop table plimsoll.report; --`;
    await saveReport(database, reportOf({ conclusion: 'success', notices: [{ code: 'x', message: title }] }));
    const stored = await readReport(database, { repository: 'acme/shop', head: 'abc', pull: 7 });
    expect(stored?.report.conclusion).toBe('success');
    expect(stored?.report.notices[0]?.message).toBe(
      `NUL \ufffd, half a pair \ufffd, \\u0000 and '); drop table plimsoll.report; --`,
    );
    expect(await readReport(database, { repository: 'acme/shop', head: 'other' })).toBeUndefined();
  });

  const countsWith = (high: number): Counts => ({
    existing: { info: 0, low: 0, medium: 0, high, critical: 0 },
    introduced: { info: 0, low: 0, medium: 0, high: 0, critical: 0 },
    fixed: 0,
    waived: 0,
    notJudged: 0,
    units: { rendered: 1, failed: 0, skipped: 0 },
    checks: { 'privileged-container': high },
  });

  suite('a branch that is set back stands at the end of its trend once more, with the counts of then', async () => {
    const { database } = store;
    for (const [commit, high] of [
      ['a', 3],
      ['b', 2],
      ['a', 1],
    ] as const) {
      await database.query("update plimsoll.trend set created = created - interval '1 hour'");
      await saveTrend(database, 'acme/trend', commit, countsWith(high));
    }
    expect((await readTrend(database, 'acme/trend')).map(({ commit, counts }) => [commit, counts])).toEqual([
      ['b', countsWith(2)],
      ['a', countsWith(1)],
    ]);
    expect((await readTrend(database, 'acme/trend', 1)).map(({ commit }) => commit)).toEqual(['a']);
  });

  suite('what nobody waits for runs after all that has a turn, one at a time, whenever it was stored', async () => {
    const spare = (name: string) =>
      wish(1, { repository: name, key: `${name}@default`, cost: 'spare', data: { spare: name } });
    await accept(store, delivery(), spare('acme/shop'));
    for (let pull = 1; pull <= 3; pull += 1) await accept(store, delivery(), wish(pull));
    expect((await depthOf(store)).waiting).toBe(4);
    // One at a time: of two that were taken together either may be seen to start first.
    const { worker, next: inTurn } = await work(1);
    const order: unknown[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { one, done } = await meanwhile(inTurn());
      order.push(one.data);
      done();
    }
    expect(order).toEqual([{ pull: 1 }, { pull: 2 }, { pull: 3 }]);
    await meanwhile(worker.stop(0));
    const { next, started } = await work(2);
    const first = await meanwhile(next());
    await accept(store, delivery(), spare('acme/site'));
    await clock.tick(10_000);
    expect(started()).toBe(0);
    // A review that comes now does not wait for the one that still has to run.
    await accept(store, delivery(), wish(4));
    const review = await meanwhile(next());
    expect(review.one.data).toEqual({ pull: 4 });
    review.done();
    first.done();
    const second = await meanwhile(next());
    expect([first.one.data, second.one.data]).toEqual(
      expect.arrayContaining([{ spare: 'acme/shop' }, { spare: 'acme/site' }]),
    );
    second.done();
  });

  suite('reports and trends older than the retention are removed, the others stay', async () => {
    const { database } = store;
    await saveReport(database, reportOf({ head: 'old' }));
    await saveTrend(database, 'acme/shop', 'old', countsWith(2));
    await database.query("update plimsoll.report set created = now() - interval '91 days' where head = 'old'");
    await database.query("update plimsoll.trend set created = now() - interval '91 days' where commit = 'old'");
    await saveReport(database, reportOf({ head: 'new' }));
    await saveTrend(database, 'acme/shop', 'new', countsWith(1));
    expect(await prune(database, 90)).toBe(1);
    expect(await readReport(database, { repository: 'acme/shop', head: 'old' })).toBeUndefined();
    expect(await readReport(database, { repository: 'acme/shop', head: 'new' })).toBeDefined();
    expect((await readTrend(database, 'acme/shop')).map(({ commit, counts }) => [commit, counts])).toEqual([
      ['new', countsWith(1)],
    ]);
  });

  suite('everything can be moved into an empty database, jobs that wait included, and into no other', async () => {
    const old = await openStore({ memory: true }, { lease: defaultLease, warn });
    await accept(old, delivery(), wish(1, { data: { moved: true } }));
    await accept(old, 'seen', wish(2, { key: 'acme/shop#2' }));
    await saveReport(old.database, reportOf({ head: 'moved' }));
    await store.database.query('truncate plimsoll.report, plimsoll.trend');
    expect(await move(old, store)).toMatchObject({ 'plimsoll.report': 1, 'pgboss.job': 2, 'plimsoll.delivery': 2 });
    await expect(move(old, store)).rejects.toMatchObject({ code: 'store-not-empty' });
    await old.close();
    expect(await readReport(store.database, { repository: 'acme/shop', head: 'moved' })).toBeDefined();
    await saveReport(store.database, reportOf({ head: 'after' }));
    expect(await accept(store, 'seen', wish(2))).toBe('repeated');
    expect(await accept(store, delivery(), wish(1))).toBe('known');
    const { next } = await work();
    const { one, done } = await meanwhile(next());
    expect(one.data).toEqual({ moved: true });
    done();
  });

  suite('a database of a later version is refused, and migrating twice changes nothing', async () => {
    const { database } = store;
    await migrate(database);
    await database.query('update plimsoll.version set number = number + 1');
    await expect(migrate(database)).rejects.toMatchObject({ code: 'store-newer' });
    await database.query('update plimsoll.version set number = number - 1');
  });

  const reportOf = (more: Partial<Report>): Report => emptyReport({ repository: 'acme/shop', pull: 7, ...more });
});
