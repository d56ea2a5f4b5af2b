import type { Probot, ProbotOctokit } from 'probot';
import { settingsFiles } from '../config.ts';
import { createAccess } from './access.ts';
import { createDeliveries } from './deliveries.ts';
import { endingOf } from './ending.ts';
import { readEvent } from './events.ts';
import type { Outcome, RepositoryAccess, Review, ReviewJob } from './job.ts';
import { completeCheckRun, startCheckRun, type Ending, type StartedCheckRun } from './publish.ts';
import { createMemoryQueue, type JobQueue } from './queue.ts';
import { resolveJob } from './resolve.ts';

export type Octokit = InstanceType<typeof ProbotOctokit>;

export interface AppOptions {
  review: Review;
  /** Reviews at a time. */
  concurrency: number;
  /** Milliseconds in a second of waiting between tries. */
  second: number;
}

const events = ['pull_request', 'merge_group', 'check_run', 'check_suite'] as const;

/** Registers the App's webhooks. They only queue: GitHub gets its answer at once, the reviews run after. */
export function createApp(probot: Probot, options: AppOptions): JobQueue {
  const queue = createMemoryQueue((job, signal) => perform(probot, job, options, signal), options.concurrency);
  const isNew = createDeliveries();
  probot.on([...events], ({ id, name, payload, log }) => {
    if (!isNew(id)) {
      log.info('Repeated delivery ignored.');
      return;
    }
    const wish = readEvent(id, name, payload);
    if (wish.kind === 'review') queue.add(wish.job);
    else if (wish.kind === 'cancel') queue.cancel(wish.key, wish.reason);
    else log.debug({ why: wish.why }, 'Nothing to do.');
  });
  return queue;
}

/** One job from start to end. Never rejects: what goes wrong stands in the check run, and in the log. */
async function perform(probot: Probot, wanted: ReviewJob, options: AppOptions, signal: AbortSignal): Promise<void> {
  const log = probot.log.child({ delivery: wanted.delivery, repository: `${wanted.owner}/${wanted.repo}` });
  try {
    const octokit: Octokit = await probot.auth(wanted.installation);
    const job = await resolveJob(octokit, wanted);
    if (job === undefined) {
      log.info('Nothing to review again: no open pull request has this head.');
      return;
    }
    const access = createAccess(octokit, await probot.auth(), job);
    if (!(await isOptedIn(access, job.baseSha))) {
      log.debug('Not opted in: no settings file on the base.');
      return;
    }
    signal.throwIfAborted();
    const run = await startCheckRun(octokit, job, options.second);
    const ending = await endOf(options.review, job, access, signal, (error, bug) =>
      log.error({ err: error, pull: job.pull, bug }, 'A review failed.'),
    );
    await publish(octokit, job, run, ending, options.second, signal);
  } catch (error) {
    if (signal.aborted) log.info('Stopped before anything was posted.');
    else log.error({ err: error, pull: wanted.pull }, 'A review could not be published.');
  }
}

async function isOptedIn(access: RepositoryAccess, base: string): Promise<boolean> {
  for (const path of settingsFiles) if ((await access.readFile(path, base)) !== undefined) return true;
  return false;
}

async function endOf(
  review: Review,
  job: ReviewJob,
  access: RepositoryAccess,
  signal: AbortSignal,
  report: (error: unknown, bug: string | undefined) => void,
): Promise<Ending> {
  try {
    const outcome: Outcome = await review(job, access, signal);
    signal.throwIfAborted();
    if (outcome.kind === 'report') return outcome.rendered;
    // The settings file was there a moment ago; a force push of the base may have taken it away.
    return {
      conclusion: 'neutral',
      title: 'Not opted in',
      summary: 'The base has no `.github/plimsoll.yml` any more: nothing was judged.',
      annotations: [],
    };
  } catch (error) {
    const { ending, bug } = endingOf(signal.aborted ? signal.reason : error);
    if (!signal.aborted) report(error, bug);
    return ending;
  }
}

async function publish(
  octokit: Octokit,
  job: ReviewJob,
  run: StartedCheckRun,
  ending: Ending,
  second: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await completeCheckRun(octokit, job, run, ending, second);
  } catch (error) {
    if (signal.aborted) throw error;
    // What GitHub refused may be in the annotations; the check run must still not stay open for ever.
    await completeCheckRun(octokit, job, run, { ...endingOf(error).ending, annotations: [] }, second);
    throw error;
  }
}
