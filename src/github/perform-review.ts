import type { Probot } from 'probot';
import { Cancelled, TryLater, type Try } from '../jobs.ts';
import { stagesOf, type Observe } from '../observe.ts';
import { createAccess, settingsFileAt, statusOf } from './access.ts';
import { actionsOf, mayWriteContents } from './actions.ts';
import type { Octokit } from './app.ts';
import { endingOf } from './ending.ts';
import { enter } from './enter.ts';
import type { Outcome, RepositoryAccess, Review, ReviewJob } from './job.ts';
import { isTransient, waitOf } from './transient.ts';
import { completeCheckRun, startCheckRun, type Ending, type StartedCheckRun } from './publish.ts';
import { resolveJob } from './resolve.ts';
import { notCommented } from './review-plan.ts';
import { planReview, writeReview } from './review.ts';

export interface ReviewEffects {
  review: Review;
  /** Milliseconds in a second of waiting between tries. */
  second: number;
  observe: Observe;
}

type Log = Probot['log'];

/**
 * One try of a review, from start to end. What its author can mend stands in the check run. What may pass by itself is thrown as
 * `TryLater` while tries are left, and so is what could not be published; a bug ends the check run with its id and is tried again too.
 */
export async function performReview(
  probot: Probot,
  wanted: ReviewJob,
  effects: ReviewEffects,
  attempt: Try,
): Promise<void> {
  const { signal } = attempt;
  const stage = stagesOf(effects.observe);
  const { delivery, owner, repo } = wanted;
  const log = probot.log.child({ delivery, repository: `${owner}/${repo}`, try: attempt.number });
  let standing: Standing | undefined;
  let isEnding = false;
  try {
    const entered = await enter(probot, wanted);
    const resolved = entered && (await resolveJob(entered.octokit, entered.job));
    if (entered === undefined || resolved === undefined) {
      log.info('Nothing to review: the repository is closed to us, or no open pull request has this head.');
      return;
    }
    const { octokit } = entered;
    const app: Octokit = await probot.auth();
    const access = createAccess(octokit, app, resolved);
    const job = await invited(access, resolved);
    if (job === undefined && resolved.event !== 'merge_group') {
      log.debug('Not opted in: no settings file on the base.');
      return;
    }
    signal.throwIfAborted();
    const run = await startCheckRun(octokit, resolved, effects.second);
    standing = { octokit, job: resolved, run };
    if (job === undefined) {
      // A queue that requires our check run would wait for it for ever.
      await completeCheckRun(octokit, resolved, run, notOptedIn, effects.second);
      return;
    }
    const { outcome, ending, failure } = await reviewed(effects.review, job, access, attempt);
    if (failure !== undefined) log.error({ err: failure.error, pull: job.pull, bug: failure.bug }, 'A review failed.');
    const comments = outcome === undefined ? undefined : await commentsOf(octokit, job, outcome, log);
    const mayFix = !job.fork && outcome !== undefined && (await mayWriteContents(app, job));
    const actions = actionsOf(job, outcome?.fixes, mayFix);
    isEnding = true;
    await stage('publish', () =>
      publish(octokit, job, run, { ...withNote(ending, comments?.note), actions }, effects.second, signal),
    );
    signal.throwIfAborted();
    if (outcome !== undefined && comments?.planned === true)
      await stage('comment', () => commented(octokit, job, outcome, effects.second, signal, log));
    if (failure !== undefined && (failure.bug !== undefined || isTransient(failure.error))) throw failure.error;
  } catch (error) {
    if (signal.aborted) {
      log.info('Stopped before all was posted.');
      throw signal.reason;
    }
    if (!(error instanceof TryLater)) log.error({ err: error, pull: wanted.pull }, 'A review was not finished.');
    if (attempt.last && !isEnding)
      await endAnyway(probot, wanted, standing, error, effects.second).catch((again: unknown) => {
        log.error({ err: again, pull: wanted.pull }, 'Nor could its check run be ended.');
      });
    throw error instanceof TryLater ? error : new TryLater(error, waitOf(error));
  }
}

/** A check run that is in progress. */
interface Standing {
  octokit: Octokit;
  job: ReviewJob;
  run: StartedCheckRun;
}

/**
 * No other try follows: a check run that was begun is not left in progress, and a merge queue, which waits for one, gets it even
 * where nothing could be read.
 */
async function endAnyway(
  probot: Probot,
  wanted: ReviewJob,
  standing: Standing | undefined,
  error: unknown,
  second: number,
): Promise<void> {
  if (standing === undefined && wanted.event !== 'merge_group') return;
  const octokit = standing?.octokit ?? (await probot.auth(wanted.installation));
  const job = standing?.job ?? wanted;
  const run = standing?.run ?? (await startCheckRun(octokit, job, second));
  const { ending } = endingOf(error instanceof TryLater ? error.cause : error);
  await completeCheckRun(octokit, job, run, ending, second);
}

/**
 * The job when the repository wants reviews: its base has settings. Where only the head has them, the pull request is the
 * repository's first contact with us. Undefined when nobody asked for us.
 */
async function invited(access: RepositoryAccess, job: ReviewJob): Promise<ReviewJob | undefined> {
  if ((await settingsFileAt(access, job.baseSha)) !== undefined) return job;
  if (job.event === 'merge_group' || (await settingsFileAt(access, job.headSha)) === undefined) return undefined;
  return { ...job, firstContact: true };
}

const notOptedIn: Ending = {
  conclusion: 'neutral',
  title: 'Not opted in',
  summary:
    'The base has no `.github/plimsoll.yml`: nothing was judged. This check run only keeps the merge queue going.',
  annotations: [],
};

type Judged = Extract<Outcome, { kind: 'report' }>;

/** The delivery's id is what `plimsoll jobs` shows. */
function givenUp({ delivery }: ReviewJob, { number }: Try): string {
  const tries = number === 1 ? 'one try' : `${number} tries`;
  return `Given up after ${tries}, and kept as \`${delivery}\` for whoever operates Plimsoll.`;
}

interface Reviewed {
  outcome?: Judged;
  ending: Ending;
  /** Why there is no outcome; `bug` is the id under which the log has it, when it is one. */
  failure?: { error: unknown; bug?: string };
}

async function reviewed(review: Review, job: ReviewJob, access: RepositoryAccess, attempt: Try): Promise<Reviewed> {
  const { signal } = attempt;
  try {
    const outcome = await review(job, access, signal);
    signal.throwIfAborted();
    if (outcome.kind === 'report') return { outcome, ending: outcome.rendered };
    // The settings file was there a moment ago; a force push of the base may have taken it away.
    return {
      ending: {
        conclusion: 'neutral',
        title: 'Not opted in',
        summary: 'The base has no `.github/plimsoll.yml` any more: nothing was judged.',
        annotations: [],
      },
    };
  } catch (error) {
    if (signal.aborted) {
      // Whoever goes on with the job finds the check run in progress; one that nobody wants any more is ended here.
      if (!(signal.reason instanceof Cancelled)) throw signal.reason;
      return { ending: endingOf(signal.reason).ending };
    }
    if (!attempt.last && isTransient(error)) throw new TryLater(error, waitOf(error));
    const { ending, bug } = endingOf(error);
    if (isTransient(error)) ending.summary += `\n\n${givenUp(job, attempt)}`;
    return { ending, failure: { error, ...(bug === undefined ? {} : { bug }) } };
  }
}

/** What the check run says of review comments; `planned` when they can be written at all. */
async function commentsOf(
  octokit: Octokit,
  job: ReviewJob,
  outcome: Judged,
  log: Log,
): Promise<{ planned: boolean; note: string } | undefined> {
  if (outcome.comments === undefined || job.pull === undefined) return undefined;
  try {
    const plan = await planReview(octokit, job, outcome);
    return { planned: true, note: notCommented(plan.left, outcome.comments.limit) };
  } catch (error) {
    // The check run holds all that matters; it must not wait for what only repeats it.
    log.warn({ err: error, pull: job.pull }, 'Review threads could not be read.');
    const status = statusOf(error);
    const why = status === undefined ? '' : ` (GitHub answered ${status})`;
    return { planned: false, note: `Review comments could not be written${why}: the annotations hold the same.` };
  }
}

async function commented(
  octokit: Octokit,
  job: ReviewJob,
  outcome: Judged,
  second: number,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  try {
    const { refused } = await writeReview(octokit, job, outcome, second, signal);
    if (refused > 0) log.warn({ pull: job.pull, refused }, 'GitHub refused some review comments.');
  } catch (error) {
    // A locked conversation, say: asking again would change nothing, and the check run holds all that matters.
    if (statusOf(error) === undefined || isTransient(error)) throw error;
    log.warn({ err: error, pull: job.pull }, 'Review comments were refused.');
  }
}

function withNote(ending: Ending, note: string | undefined): Ending {
  return note === undefined || note === '' ? ending : { ...ending, summary: `${ending.summary}\n\n${note}` };
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
