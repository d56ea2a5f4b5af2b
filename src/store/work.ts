import { z } from 'zod';
import { Cancelled, HandedBack, LeaseLost, TryLater, type Try } from '../jobs.ts';
import { alone } from './alone.ts';
import { cancelChannel } from './accept.ts';
import { reviews, type Store } from './store.ts';
import { spare, startedAt } from './turns.ts';

/** A job as it was stored, and its present try. */
export interface StoredJob {
  /** The same at every try. */
  id: string;
  data: unknown;
  attempt: Try;
}

export interface WorkOptions {
  /** Jobs at a time in this process. */
  concurrency: number;
  /** Jobs at a time of one repository, over all processes; for a moment one more when two look in the same instant. */
  perRepository: number;
}

/** Of two jobs with the same key, in whatever processes, the one begins when the other has ended. */
export interface Keyed {
  keyOf: (data: unknown) => string;
}

/** A worker at work. */
export interface Working {
  /** Jobs that this process works on, cancelled ones included until they are over. */
  running(): number;
  /** Takes no more jobs; waits `seconds` for those that run, then hands them back. */
  stop(seconds: number): Promise<void>;
}

/** How often a worker says that it lives, in seconds. Also how late it learns of a cancelled job when no notification comes. */
const heartbeat = 4;

/**
 * Works on jobs until stopped. A `perform` that resolves is done; `TryLater` or any other error is tried again with growing delays,
 * and kept as a dead letter after the last try.
 */
export async function startWork(
  store: Store,
  perform: (job: StoredJob) => Promise<void>,
  options: WorkOptions & Keyed,
): Promise<Working> {
  const { boss, database, clock } = store;
  const running = new Map<string, AbortController>();
  let ending: HandedBack | undefined;
  const cancels = await boss.getDb().listen?.(
    cancelChannel,
    (text) => {
      const { job, reason } = cancelMessage.parse(JSON.parse(text));
      running.get(job)?.abort(new Cancelled(reason));
    },
    () => undefined,
  );

  const settings = {
    includeMetadata: true,
    localConcurrency: options.concurrency,
    groupConcurrency: { default: options.perRepository, tiers: { [spare]: 1 } },
    heartbeatRefreshSeconds: heartbeat,
    pollingIntervalSeconds: 1,
    notifyPollingIntervalSeconds: 2,
  } as const;
  await boss.work(reviews, settings, async ([job]) => {
    if (job === undefined) return;
    const abort = new AbortController();
    const lost = (): void => {
      whyLost(job.id).then(
        (reason) => abort.abort(reason),
        () => abort.abort(new LeaseLost('The database does not say who has this job.')),
      );
    };
    job.signal.addEventListener('abort', lost, { once: true });
    running.set(job.id, abort);
    try {
      await startedAt(database.query, -job.priority);
      // Fetched while this was being stopped, or cancelled meanwhile.
      if (ending !== undefined) throw ending;
      abort.signal.throwIfAborted();
      const release = await alone(store, options.keyOf(job.data), abort.signal, lost);
      try {
        abort.signal.throwIfAborted();
        await perform({
          id: job.id,
          data: job.data,
          attempt: { number: job.retryCount + 1, last: job.retryCount >= job.retryLimit, signal: abort.signal },
        });
      } finally {
        await release();
      }
    } catch (error) {
      await failed(job, error);
    } finally {
      job.signal.removeEventListener('abort', lost);
      running.delete(job.id);
    }
  });

  /**
   * Back into the queue, or to the dead letters after the last try; a job that was cancelled or taken over stays as it is, since
   * only the attempt that was fetched is settled. Only the error's sentence is kept: its fields may hold a request with its token.
   */
  async function failed({ id, retryCount }: { id: string; retryCount: number }, error: unknown): Promise<void> {
    await boss.fail(reviews, { id, retryCount }, { message: wordsOf(error) });
    const seconds = error instanceof HandedBack ? 0 : error instanceof TryLater ? error.seconds : undefined;
    if (seconds !== undefined)
      await boss.update(reviews, undefined, { id, startAfter: new Date(clock.now() + seconds * 1000) });
  }

  /** pg-boss only says that the claim is gone: cancelled, or taken by another after a silence of ours. */
  async function whyLost(id: string): Promise<Error> {
    const [job] = await boss.findJobs(reviews, { id });
    return job?.state === 'cancelled'
      ? new Cancelled('The review was cancelled.')
      : new LeaseLost('Another worker has this job.');
  }

  return {
    running: () => running.size,
    async stop(seconds) {
      const timer = clock.setTimeout(() => {
        ending = new HandedBack('This process is shutting down.');
        for (const abort of running.values()) abort.abort(ending);
      }, seconds * 1000);
      // Waits also for a job that was being fetched when this began.
      await boss.offWork(reviews, { wait: true });
      clock.clearTimeout(timer);
      await cancels?.close();
    },
  };
}

const cancelMessage = z.object({ job: z.string(), reason: z.string() });

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
