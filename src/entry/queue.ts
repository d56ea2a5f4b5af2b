import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isBaseline, isCommand, jobKey, type Job } from '../github/job.ts';
import type { JobQueue, Perform } from '../github/queue.ts';
import { accept, isKnown, type Task } from '../store/accept.ts';
import { depthOf } from '../store/depth.ts';
import type { Store } from '../store/store.ts';
import { startWork, type WorkOptions, type Working } from '../store/work.ts';

export interface QueueOptions extends WorkOptions {
  /** Seconds that running jobs get at the end, before they are handed back. */
  grace: number;
}

/** Changed files from which on a pull request counts as large, and takes several turns: it keeps a worker for longer. */
const large = 300;
const largeCost = 4;

/** Milliseconds between two looks whether anything is left. */
const look = 20;

/** The App's queue in the store. `start` begins to work on it; without it, jobs are only accepted. */
export function createQueue(
  store: Store,
  options: QueueOptions,
): JobQueue & { start(perform: Perform): Promise<void> } {
  let working: Working | undefined;
  return {
    async accept(delivery, wish) {
      if (wish.kind === 'nothing') return;
      await accept(store, delivery, wish.kind === 'cancel' ? wish : { kind: 'do', task: taskOf(wish.job) });
    },
    knows: (job) => isKnown(store, taskOf(job)),
    async add(job) {
      await accept(store, randomUUID(), { kind: 'do', task: { ...taskOf(job), again: true } });
    },
    async start(perform) {
      // What stands in the queue was written by this code; a later version reads an older one's jobs, as fields are only added.
      working = await startWork(store, ({ data, attempt }) => perform(data as Job, attempt), {
        ...options,
        keyOf: (data) => jobKey(data as Job),
      });
    },
    async idle() {
      for (;;) {
        const { waiting, running } = await depthOf(store);
        if (waiting + running + (working?.running() ?? 0) === 0) return;
        await pause(look);
      }
    },
    async close() {
      await working?.stop(options.grace);
    },
  };
}

/** How a job stands in the queue. */
export function taskOf(job: Job): Task {
  const repository = `${job.owner}/${job.repo}`;
  const common = { key: jobKey(job), repository, data: job };
  if (isCommand(job))
    return { ...common, subject: common.key, again: false, cost: 1, supersedes: 'It was asked again.' };
  // Nobody waits for counts.
  if (isBaseline(job))
    return {
      ...common,
      subject: job.headSha,
      again: false,
      cost: 'spare',
      supersedes: 'A newer push is counted instead.',
    };
  return {
    ...common,
    // The same head is judged anew when it is to be merged elsewhere, and when it is a draft no more.
    subject: JSON.stringify([job.headSha, job.baseRef, job.draft]),
    again: job.event === 'check_run' || job.event === 'check_suite' || job.event === 'command',
    cost: job.event === 'merge_group' ? 0 : (job.files ?? 0) >= large ? largeCost : 1,
    supersedes: `Superseded by the review of ${job.headSha.slice(0, 12)}.`,
  };
}
