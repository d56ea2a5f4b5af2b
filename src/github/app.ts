import type { Probot, ProbotOctokit } from 'probot';
import { createDeliveries } from './deliveries.ts';
import { readEvent } from './events.ts';
import { isCommand, type ChecksById, type Review } from './job.ts';
import { performCommand } from './perform-command.ts';
import { performReview } from './perform-review.ts';
import { createMemoryQueue, type JobQueue } from './queue.ts';

export type Octokit = InstanceType<typeof ProbotOctokit>;

export interface AppOptions {
  review: Review;
  /** The catalogue, for commands that name a check. */
  checks: () => Promise<ChecksById>;
  /** Reviews at a time. */
  concurrency: number;
  /** Milliseconds in a second of waiting between tries. */
  second: number;
}

const events = ['pull_request', 'merge_group', 'check_run', 'check_suite', 'issue_comment'] as const;

/** Registers the App's webhooks. They only queue: GitHub gets its answer at once, the work is done after. */
export function createApp(probot: Probot, options: AppOptions): JobQueue {
  const effects = { ...options, again: (job: Parameters<JobQueue['add']>[0]) => queue.add(job) };
  const queue = createMemoryQueue(
    (job, signal) =>
      isCommand(job) ? performCommand(probot, job, effects, signal) : performReview(probot, job, effects, signal),
    options.concurrency,
  );
  const isNew = createDeliveries();
  probot.on([...events], ({ id, name, payload, log }) => {
    if (!isNew(id)) {
      log.info('Repeated delivery ignored.');
      return;
    }
    const wish = readEvent(id, name, payload);
    if (wish.kind === 'do') queue.add(wish.job);
    else if (wish.kind === 'cancel') queue.cancel(wish.key, wish.reason);
    else log.debug({ why: wish.why }, 'Nothing to do.');
  });
  return queue;
}
