import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { PlimsollError } from '../errors.ts';
import type { Review } from '../github/job.ts';
import { defaultPatience, type Patience } from '../github/octokit.ts';
import type { JobQueue } from '../github/queue.ts';
import { createWorkerApp } from '../github/worker-app.ts';
import { createHealth } from '../web/health.ts';
import { onEnding } from './ending.ts';
import type { RuntimeOptions } from './runtime.ts';
import { openService } from './service.ts';

export interface WorkerOptions extends RuntimeOptions {
  env: Readonly<Record<string, string | undefined>>;
  review: Review;
  patience: Patience;
}

/** A worker process: takes jobs out of the shared PostgreSQL and does them. */
export interface WorkerAtWork {
  queue: JobQueue;
  stop(): Promise<void>;
}

/**
 * Starts a worker beside one or more servers. `PORT`, where it is set, answers `/healthz`, `/readyz` and `/metrics`.
 * Throws `usage-worker` without `DATABASE_URL`: the embedded database serves one process, and that is the server.
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
  const service = await openService(env, { url: env.DATABASE_URL }, given);
  await service.start(createWorkerApp(env, patience, service.watched), patience.second);
  const health = createHealth(() => service.readiness(), service.metrics);
  const web = createServer((request, response) => {
    health(request, response).then(
      (known) => {
        if (!known) response.writeHead(404).end();
      },
      () => response.destroy(),
    );
  });
  if (env.PORT) web.listen(Number(env.PORT), env.HOST);
  return {
    queue: service.queue,
    stop: onEnding(async () => {
      web.close();
      await service.close();
    }),
  };
}
