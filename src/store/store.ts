import { PgBoss, systemClock, type Clock } from 'pg-boss';
import { openDatabase, type Database, type DatabasePlace } from './database.ts';
import { migrate } from './migrations.ts';

/** Where jobs wait, and where those go that failed at every try. */
export const reviews = 'review';
export const deadReviews = 'review-dead';

/** An open store: our tables and pg-boss's, in one database. */
export interface Store {
  database: Database;
  boss: PgBoss;
  clock: Clock;
  /** As in the options. */
  lease: number;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** What went wrong beside any call: a lost connection, a late maintenance. The store goes on by itself. */
  warn: (error: Error) => void;
  /** Seconds after which a job whose worker gave no sign of life is another's. At least 10, pg-boss's least. */
  lease: number;
  /** Tries after the first before a job is given up; 8 by default, which is about an hour. */
  retries?: number;
  /** What time it is, and when it is time; the system's by default. */
  clock?: Clock;
}

export const defaultLease = 30;

/** With the delays below about an hour: outages of GitHub last longer now and then, and what is given up can be tried again by hand. */
const defaultRetries = 8;

/** Seconds: the first delay, doubled each time with jitter, and the longest. */
const retryDelay = 5;
const longestRetryDelay = 900;

const nobody = '00000000-0000-0000-0000-000000000000';

/** Opens the database, brings it to this version's shape and starts pg-boss on it. */
export async function openStore(place: DatabasePlace, options: StoreOptions): Promise<Store> {
  const clock = options.clock ?? systemClock;
  const database = await openDatabase(place);
  try {
    await migrate(database);
    const boss = new PgBoss({
      ...database.bossOptions,
      clock,
      schema: 'pgboss',
      useListenNotify: true,
      // How soon the jobs of a worker that died are seen: the lease, and one of these.
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      schedule: false,
    });
    boss.on('error', options.warn);
    await boss.start();
    await boss.createQueue(deadReviews);
    const queue = {
      notify: true,
      heartbeatSeconds: options.lease,
      expireInSeconds: 3600,
      retryLimit: options.retries ?? defaultRetries,
      retryDelay,
      retryBackoff: true,
      retryDelayMax: longestRetryDelay,
      deadLetter: deadReviews,
    };
    await boss.createQueue(reviews, queue);
    await boss.updateQueue(reviews, queue);
    // pg-boss reads a queue's row at its first use and keeps it. Were that inside one of our transactions, the embedded database,
    // which has one connection, would wait for itself.
    for (const name of [reviews, deadReviews]) await boss.findJobs(name, { id: nobody });
    return {
      database,
      boss,
      clock,
      lease: options.lease,
      async close() {
        await boss.stop({ graceful: false });
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
