import { createServer, type AddressInfo } from 'node:net';
import { serve, type Serving } from '../../../src/entry/server.ts';
import type { Review } from '../../../src/github/job.ts';
import type { Patience } from '../../../src/github/octokit.ts';
import { openDatabase, type Database, type DatabasePlace } from '../../../src/store/database.ts';
import type { GitHub } from './github.ts';

/** Patience for tests: a second of GitHub's lasts 20 ms. */
export const impatience: Patience = { timeout: 2000, second: 20, throttle: false };

/** Starts the App as production does, by the environment an operator gives it, and has GitHub deliver to it. */
export async function startApp(
  github: GitHub,
  options: {
    review?: Review;
    patience?: Patience;
    env?: Record<string, string>;
    place?: DatabasePlace;
    retries?: number;
    watch?: boolean;
  } = {},
): Promise<Serving> {
  const env = {
    PATH: process.env.PATH,
    ...github.env,
    LOG_LEVEL: 'fatal',
    // What one run of a test renders must not be spared the next.
    PLIMSOLL_CACHE_MAX: '0',
    PORT: String(await freePort()),
    ...options.env,
  };
  const serving = await serve({
    env,
    patience: options.patience ?? impatience,
    place: options.place ?? { open: await emptyDatabase() },
    // Waits between tries are minutes.
    retries: options.retries ?? 0,
    grace: 0,
    // Its requests would stand between those that a test is about.
    watch: options.watch ?? false,
    ...(options.review === undefined ? {} : { review: options.review }),
  });
  github.webhookUrl = `${serving.url}/api/github/webhooks`;
  running += 1;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await serving.stop();
    running -= 1;
    if (ended && running === 0) await database?.close();
  };
  return { ...serving, stop: () => (stopping ??= stop()) };
}

let database: Database | undefined;
let running = 0;
let ended = false;

/**
 * The database holds the process until it is closed. This hook is the file's first, and the Apps that its own hooks stop have it
 * open still: then the last of them closes it. Outside of Jest, who starts the App ends the process.
 */
(globalThis as { afterAll?: (end: () => Promise<void> | undefined) => void }).afterAll?.(() => {
  ended = true;
  return running === 0 ? database?.close() : undefined;
});

/** One embedded database for all Apps of a test file, one after the other: making one takes seconds. */
export async function emptyDatabase(): Promise<Database> {
  if (database === undefined) database = await openDatabase({ memory: true });
  else await database.query('drop schema if exists pgboss, plimsoll cascade');
  return database;
}

/** Probot takes port 0 for "not set". */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
