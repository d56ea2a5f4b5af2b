import { isCommand, jobKey, type Job } from './job.ts';

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
  add(job: Job): void;
  /** Stops the job of a key, waiting or running. */
  cancel(key: string, reason: string): void;
  /** Settles when nothing waits and nothing runs. */
  idle(): Promise<void>;
  /** Cancels everything and takes no more. */
  close(reason: string): Promise<void>;
}

/**
 * A queue in this process' memory: what waits is lost when it ends. `work` must not reject. Jobs of one key never run
 * at the same time, a cancelled one included: what it still writes must be seen by the next, or it would write it again.
 *
 * @param concurrency how many jobs run at a time
 */
export function createMemoryQueue(
  work: (job: Job, signal: AbortSignal) => Promise<void>,
  concurrency: number,
): JobQueue {
  const current = new Map<string, AbortController>();
  const waiting: { job: Job; abort: AbortController }[] = [];
  const running = new Map<string, Promise<void>>();
  let closed = false;

  function pump(): void {
    while (running.size < concurrency) {
      const index = waiting.findIndex(({ job }) => !running.has(jobKey(job)));
      const [next] = index < 0 ? [] : waiting.splice(index, 1);
      if (next === undefined) return;
      const key = jobKey(next.job);
      const done = work(next.job, next.abort.signal).finally(() => {
        running.delete(key);
        if (current.get(key) === next.abort) current.delete(key);
        pump();
      });
      running.set(key, done);
    }
  }

  function cancel(key: string, reason: string): void {
    current.get(key)?.abort(new Cancelled(reason));
    current.delete(key);
    const index = waiting.findIndex(({ job }) => jobKey(job) === key);
    if (index >= 0) waiting.splice(index, 1);
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running.values());
  }

  return {
    add(job) {
      if (closed) return;
      const key = jobKey(job);
      cancel(
        key,
        isCommand(job) || job.headSha === ''
          ? 'Asked for again.'
          : `Superseded by the review of ${job.headSha.slice(0, 12)}.`,
      );
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
