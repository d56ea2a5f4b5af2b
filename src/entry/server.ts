import { existsSync } from 'node:fs';
import { run, type Server } from 'probot';
import { PlimsollError } from '../errors.ts';
import { createApp } from '../github/app.ts';
import type { Review } from '../github/job.ts';
import { createOctokitClass, defaultPatience, type Patience } from '../github/octokit.ts';
import type { JobQueue } from '../github/queue.ts';
import { createGate } from '../github/gate.ts';
import { createHealth } from '../web/health.ts';

export interface ServeOptions {
  /** Probot's settings: APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, HOST, PORT, GHE_HOST, LOG_LEVEL …; the process' by default. */
  env: Readonly<Record<string, string | undefined>>;
  review: Review;
  patience: Patience;
  concurrency: number;
}

/** A server at work. */
export interface Serving {
  /** `http://host:port` */
  url: string;
  /** Absent in set-up mode. */
  queue?: JobQueue;
  stop(): Promise<void>;
}

/** Reviews at a time: rendering is what costs, and it takes one processor each. */
const defaultConcurrency = 2;

/**
 * Runs the App. Without credentials this is Probot's set-up page, which registers one on GitHub and writes them to `.env`.
 * Throws `PlimsollError` when the settings are not enough to run safely.
 */
export async function serve(given: Partial<ServeOptions> = {}): Promise<Serving> {
  if (given.env === undefined && existsSync('.env')) process.loadEnvFile('.env');
  const env = (given.env ?? process.env) as NodeJS.ProcessEnv;
  checkEnvironment(env);
  const patience = given.patience ?? defaultPatience;
  const review = given.review ?? (await import('./wiring.ts')).createReview(env);
  let queue: JobQueue | undefined;
  const before = process.listeners('SIGINT');
  const server: Server = await run(
    (probot, { addHandler }) => {
      queue = createApp(probot, {
        review,
        concurrency: given.concurrency ?? defaultConcurrency,
        second: patience.second,
      });
      createGate(probot);
      addHandler(createHealth(() => ({ ready: true, reasons: [] })));
    },
    { env, Octokit: createOctokitClass(patience) },
  );
  // Probot would exit at once; ours concludes the check runs of what is under way first.
  for (const listener of process.listeners('SIGINT')) {
    if (!before.includes(listener)) process.removeListener('SIGINT', listener);
  }
  async function stop(): Promise<void> {
    for (const signal of endings) process.removeListener(signal, end);
    await queue?.close('Plimsoll is shutting down; run the check again.');
    await server.stop();
  }
  function end(): void {
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  }
  for (const signal of endings) process.once(signal, end);
  return { url: `http://${server.host}:${server.port}`, ...(queue === undefined ? {} : { queue }), stop };
}

const endings = ['SIGINT', 'SIGTERM'] as const;

function checkEnvironment(env: NodeJS.ProcessEnv): void {
  if (env.APP_ID !== undefined && !env.WEBHOOK_SECRET)
    throw new PlimsollError(
      'usage-webhook-secret',
      'APP_ID is set, but WEBHOOK_SECRET is not.',
      'Set WEBHOOK_SECRET to the secret in the App’s settings: without it anyone could send webhooks.',
    );
  if (env.NODE_ENV === 'production' && !env.APP_ID)
    throw new PlimsollError(
      'usage-credentials',
      'No App’s credentials are configured.',
      'Set APP_ID, PRIVATE_KEY (or PRIVATE_KEY_PATH) and WEBHOOK_SECRET; without NODE_ENV=production, the set-up page registers an App.',
    );
}
