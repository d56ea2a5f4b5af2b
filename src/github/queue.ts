import { jobKey, type ReviewJob } from './job.ts';

/** Why a job was stopped; its check run says so. */
export class Cancelled extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Cancelled';
  }
}

/** Where jobs wait. */
export interface JobQueue {
  /** Queues a job; an older one of the same key is cancelled. */
  add(job: ReviewJob): void;
  /** Stops the job of a key, waiting or running. */
  cancel(key: string, reason: string): void;
  /** Settles when nothing waits and nothing runs. */
  idle(): Promise<void>;
  /** Cancels everything and takes no more. */
  close(reason: string): Promise<void>;
}

/**
 * A queue in this process' memory: what waits is lost when it ends. `work` must not reject.
 *
 * @param concurrency how many jobs run at a time
 */
export function createMemoryQueue(
  work: (job: ReviewJob, signal: AbortSignal) => Promise<void>,
  concurrency: number,
): JobQueue {
  const current = new Map<string, AbortController>();
  const waiting: { job: ReviewJob; abort: AbortController }[] = [];
  const running = new Set<Promise<void>>();
  let closed = false;

  function pump(): void {
    while (running.size < concurrency) {
      const next = waiting.shift();
      if (next === undefined) return;
      const done = work(next.job, next.abort.signal).finally(() => {
        running.delete(done);
        const key = jobKey(next.job);
        if (current.get(key) === next.abort) current.delete(key);
        pump();
      });
      running.add(done);
    }
  }

  function cancel(key: string, reason: string): void {
    current.get(key)?.abort(new Cancelled(reason));
    current.delete(key);
    const index = waiting.findIndex(({ job }) => jobKey(job) === key);
    if (index >= 0) waiting.splice(index, 1);
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
  }

  return {
    add(job) {
      if (closed) return;
      const key = jobKey(job);
      cancel(key, `Superseded by the review of ${job.headSha.slice(0, 12)}.`);
      const abort = new AbortController();
      current.set(key, abort);
      waiting.push({ job, abort });
      pump();
    },
    cancel,
    idle,
    async close(reason) {
      closed = true;
      for (const key of [...current.keys()]) cancel(key, reason);
      await idle();
    },
  };
}
