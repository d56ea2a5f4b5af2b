import { existsSync } from 'node:fs';
import { run, type Server } from 'probot';
import { PlimsollError } from '../errors.ts';
import { createApp, createPerform } from '../github/app.ts';
import type { Job, Review } from '../github/job.ts';
import { createOctokitClass, defaultPatience, type Patience } from '../github/octokit.ts';
import type { JobQueue, Perform } from '../github/queue.ts';
import { createGate } from '../github/gate.ts';
import type { SandboxState, SandboxStatus } from '../render/open-sandbox.ts';
import type { DatabasePlace } from '../store/database.ts';
import { openStore } from '../store/store.ts';
import { checkIndex } from './checks.ts';
import { onEnding } from './ending.ts';
import { createQueue } from './queue.ts';
import { placeOf, queueOptions, storeOptions } from './runtime.ts';
import { createHealth, type Readiness } from '../web/health.ts';

export interface ServeOptions {
  /** Probot's settings: APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, HOST, PORT, GHE_HOST, LOG_LEVEL …; the process' by default. */
  env: Readonly<Record<string, string | undefined>>;
  review: Review;
  patience: Patience;
  concurrency: number;
  /** Where jobs and reports are kept; what the environment says by default. */
  place: DatabasePlace;
  /** Tries after the first before a job is given up. */
  retries: number;
  /** Seconds that running jobs get when the server is stopped. */
  grace: number;
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
  const wired =
    given.review !== undefined || env.APP_ID === undefined ? undefined : await (await import('./wiring.ts')).wire(env);
  const review = given.review ?? wired?.review ?? notConfigured;
  const proofs = wired === undefined ? undefined : setInterval(() => void wired.sandbox.prove(), hour).unref();
  const store =
    env.APP_ID === undefined ? undefined : await openStore(given.place ?? placeOf(env), storeOptions(given));
  const queue = store && createQueue(store, queueOptions(env, given));
  let perform: Perform | undefined;
  const before = process.listeners('SIGINT');
  const server: Server = await run(
    (probot, { addHandler }) => {
      if (queue !== undefined) {
        createApp(probot, queue);
        const again = (job: Job): Promise<void> => queue.add(job);
        perform = createPerform(probot, { review, checks: checkIndex, second: patience.second, again });
      }
      createGate(probot);
      addHandler(createHealth(() => readinessOf(wired?.sandbox.status)));
    },
    { env, Octokit: createOctokitClass(patience) },
  );
  if (perform !== undefined) await queue?.start(perform);
  // Probot would exit at once; ours finishes what is under way first, or hands it back.
  for (const listener of process.listeners('SIGINT')) {
    if (!before.includes(listener)) process.removeListener('SIGINT', listener);
  }
  const stop = onEnding(async () => {
    clearInterval(proofs);
    // First no more deliveries, then no more jobs, then no more store.
    await server.stop();
    await queue?.close();
    await store?.close();
  });
  return {
    url: `http://${server.host}:${server.port}`,
    ...(queue === undefined ? {} : { queue }),
    ...(wired === undefined ? {} : { sandbox: wired.sandbox }),
    stop,
  };
}

/** A machine's isolation can be taken away while the server runs: it is proved anew this often. */
const hour = 3_600_000;

const notConfigured: Review = () =>
  Promise.reject(new PlimsollError('usage-credentials', 'The App has no credentials yet.', 'Finish the set-up page.'));

/** Ready to review, and how isolated. Where isolation is required and gone, nothing can be reviewed. */
function readinessOf(status: SandboxStatus | undefined): Readiness {
  if (status === undefined) return { ready: true, reasons: [] };
  const { mode, backend, proven, reasons, provenAt } = status;
  return {
    ready: proven || backend === 'none',
    reasons: proven ? [] : reasons,
    sandbox: { mode, backend, proven, ...(provenAt === undefined ? {} : { provenAt }) },
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
