import { existsSync } from 'node:fs';
import { run, type Server } from 'probot';
import { PlimsollError } from '../errors.ts';
import { createApp } from '../github/app.ts';
import { createGate } from '../github/gate.ts';
import type { Review } from '../github/job.ts';
import { createOctokitClass, defaultPatience, type Patience } from '../github/octokit.ts';
import type { JobQueue } from '../github/queue.ts';
import type { SandboxState } from '../render/open-sandbox.ts';
import type { DatabasePlace } from '../store/database.ts';
import { createHealth } from '../web/health.ts';
import { createMetrics } from '../web/metrics.ts';
import { onEnding } from './ending.ts';
import { placeOf, type RuntimeOptions } from './runtime.ts';
import { openService } from './service.ts';

export interface ServeOptions extends RuntimeOptions {
  /** Probot's settings: APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, HOST, PORT, GHE_HOST, LOG_LEVEL …; the process' by default. */
  env: Readonly<Record<string, string | undefined>>;
  review: Review;
  patience: Patience;
  /** Where jobs and reports are kept; what the environment says by default. */
  place: DatabasePlace;
  /** Whether to look for missed deliveries; by default, yes. */
  watch: boolean;
}

/** A server at work. */
export interface Serving {
  /** `http://host:port` */
  url: string;
  /** Absent in set-up mode. */
  queue?: JobQueue;
  /** How renders are isolated; absent where reviews are given from outside, and in set-up mode. */
  sandbox?: SandboxState;
  stop(): Promise<void>;
}

/**
 * Runs the App. Without credentials this is Probot's set-up page, which registers one on GitHub and writes them to `.env`.
 * Throws `PlimsollError` when the settings are not enough to run safely.
 */
export async function serve(given: Partial<ServeOptions> = {}): Promise<Serving> {
  if (given.env === undefined && existsSync('.env')) process.loadEnvFile('.env');
  const env = (given.env ?? process.env) as NodeJS.ProcessEnv;
  checkEnvironment(env);
  const patience = given.patience ?? defaultPatience;
  // Without credentials there is nothing to review yet: the set-up page must work on any machine.
  const service = env.APP_ID === undefined ? undefined : await openService(env, given.place ?? placeOf(env), given);
  const metrics = service?.metrics ?? createMetrics({});
  let starting: Promise<void> | undefined;
  const before = process.listeners('SIGINT');
  const server: Server = await run(
    (probot, { addHandler }) => {
      if (service !== undefined) {
        createApp(probot, service.queue);
        starting = service.start(probot, patience.second);
        if (given.watch !== false) service.watch(probot);
      }
      createGate(probot, metrics.delivered, service?.watched.observe);
      addHandler(createHealth(() => service?.readiness() ?? { ready: true, reasons: [] }, metrics));
    },
    { env, Octokit: createOctokitClass(patience, service?.watched) },
  );
  await starting;
  // Probot would exit at once; ours finishes what is under way first, or hands it back.
  for (const listener of process.listeners('SIGINT')) {
    if (!before.includes(listener)) process.removeListener('SIGINT', listener);
  }
  return {
    url: `http://${server.host}:${server.port}`,
    ...(service === undefined ? {} : { queue: service.queue }),
    ...(service?.sandbox === undefined ? {} : { sandbox: service.sandbox }),
    // First no more deliveries, then no more jobs.
    stop: onEnding(async () => {
      await server.stop();
      await service?.close();
    }),
  };
}

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
