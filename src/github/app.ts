import type { Probot, ProbotOctokit } from 'probot';
import type { Observe } from '../observe.ts';
import { readEvent } from './events.ts';
import { isBaseline, isCommand, type Baseline, type ChecksById, type Job, type Review } from './job.ts';
import { performBaseline } from './perform-baseline.ts';
import { performCommand } from './perform-command.ts';
import { performReview } from './perform-review.ts';
import type { JobQueue, Perform } from './queue.ts';

export type Octokit = InstanceType<typeof ProbotOctokit>;

export interface PerformOptions {
  review: Review;
  baseline: Baseline;
  /** The catalogue, for commands that name a check. */
  checks: () => Promise<ChecksById>;
  /** Milliseconds in a second of waiting between tries. */
  second: number;
  /** Queues a job that a job asked for. */
  again: (job: Job) => Promise<void>;
  observe: Observe;
}

const events = ['pull_request', 'merge_group', 'check_run', 'check_suite', 'issue_comment', 'push'] as const;

/** Registers the App's webhooks. They only store: GitHub gets its answer when what it sent is safe, the work is done after. */
export function createApp(probot: Probot, queue: Pick<JobQueue, 'accept'>): void {
  probot.on([...events], async ({ id, name, payload, log }) => {
    const wish = readEvent(id, name, payload);
    if (wish.kind === 'nothing') log.debug({ why: wish.why }, 'Nothing to do.');
    else await queue.accept(id, wish);
  });
}

/** What a worker does with a job, acting as the App. */
export function createPerform(probot: Probot, options: PerformOptions): Perform {
  return (job, attempt) => {
    if (isCommand(job)) return performCommand(probot, job, options, attempt);
    if (isBaseline(job)) return performBaseline(probot, job, options.baseline, attempt);
    return performReview(probot, job, options, attempt);
  };
}
