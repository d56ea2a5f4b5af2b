import { existsSync } from 'node:fs';
import { PlimsollError } from '../errors.ts';
import { createPerform } from '../github/app.ts';
import type { Job, Review } from '../github/job.ts';
import { defaultPatience, type Patience } from '../github/octokit.ts';
import type { JobQueue } from '../github/queue.ts';
import { createWorkerApp } from '../github/worker-app.ts';
import { openStore } from '../store/store.ts';
import { checkIndex } from './checks.ts';
import { onEnding } from './ending.ts';
import { createQueue } from './queue.ts';
import { queueOptions, storeOptions } from './runtime.ts';

export interface WorkerOptions {
  env: Readonly<Record<string, string | undefined>>;
  review: Review;
  patience: Patience;
  retries: number;
  grace: number;
}

/** A worker process: takes jobs out of the shared PostgreSQL and does them. */
export interface WorkerAtWork {
  queue: JobQueue;
  stop(): Promise<void>;
}

/**
 * Starts a worker beside one or more servers. Throws `usage-worker` without `DATABASE_URL`: the embedded database serves one
 * process, and that is the server.
 */
export async function startWorker(given: Partial<WorkerOptions> = {}): Promise<WorkerAtWork> {
  if (given.env === undefined && existsSync('.env')) process.loadEnvFile('.env');
  const env = (given.env ?? process.env) as NodeJS.ProcessEnv;
  if (!env.DATABASE_URL)
    throw new PlimsollError(
      'usage-worker',
      'A worker needs a PostgreSQL that it shares with the server.',
      'Set DATABASE_URL for the server and for every worker. With the embedded database, `plimsoll serve` alone does the work.',
    );
  if (!env.APP_ID)
    throw new PlimsollError(
      'usage-credentials',
      'No App’s credentials are configured.',
      'Give a worker the same APP_ID and PRIVATE_KEY (or PRIVATE_KEY_PATH) as the server.',
    );
  const patience = given.patience ?? defaultPatience;
  const wired = given.review === undefined ? await (await import('./wiring.ts')).wire(env) : undefined;
  const review = given.review ?? wired?.review;
  if (review === undefined) throw new TypeError('There is always a review.');
  const store = await openStore({ url: env.DATABASE_URL }, storeOptions(given));
  const queue = createQueue(store, queueOptions(env, given));
  const again = (job: Job): Promise<void> => queue.add(job);
  const app = createWorkerApp(env, patience);
  await queue.start(createPerform(app, { review, checks: checkIndex, second: patience.second, again }));
  return {
    queue,
    stop: onEnding(async () => {
      await queue.close();
      await store.close();
    }),
  };
}
