import type { Probot } from 'probot';
import { TryLater, type Try } from '../jobs.ts';
import { code } from '../report/escape.ts';
import { createAccess, settingsFileAt, statusOf } from './access.ts';
import type { Octokit } from './app.ts';
import { endingOf } from './ending.ts';
import { enter } from './enter.ts';
import { explain } from './explain.ts';
import { fix } from './fix.ts';
import type { ChecksById, CommandJob, RepositoryAccess, Review, ReviewJob } from './job.ts';
import { createReplies, type Replies } from './replies.ts';
import { resolveJob } from './resolve.ts';
import { isTransient, waitOf } from './transient.ts';
import { waive } from './waive.ts';

export interface CommandEffects {
  review: Review;
  checks: () => Promise<ChecksById>;
  /** Queues a review. */
  again: (job: ReviewJob) => Promise<void>;
  /** Milliseconds in a second of waiting between tries. */
  second: number;
}

/** What a command works on. */
export interface CommandContext {
  octokit: Octokit;
  /** Acts as the App. */
  app: Octokit;
  command: CommandJob;
  /** The pull request's review as it would be done now. */
  job: ReviewJob;
  access: RepositoryAccess;
  effects: CommandEffects;
  signal: AbortSignal;
}

/**
 * One try of what a comment or a button asks for. What may pass by itself is thrown as `TryLater` while tries are left; all else
 * that goes wrong is answered, and stands in the log.
 */
export async function performCommand(
  probot: Probot,
  wanted: CommandJob,
  effects: CommandEffects,
  attempt: Try,
): Promise<void> {
  const { signal } = attempt;
  const { owner, repo, pull, author } = wanted;
  const log = probot.log.child({ delivery: wanted.delivery, repository: `${owner}/${repo}`, pull });
  let replies: Replies | undefined;
  try {
    const entered = await enter(probot, wanted);
    const job = entered && (await resolveJob(entered.octokit, reviewOf(entered.job)));
    if (entered === undefined || job === undefined) {
      log.info('Nothing to do: the repository is closed to us, or the pull request is.');
      return;
    }
    const { octokit, job: command } = entered;
    const app: Octokit = await probot.auth();
    const access = createAccess(octokit, app, job);
    if ((await settingsFileAt(access, job.baseSha)) === undefined) {
      log.debug('Not opted in: no settings file on the base.');
      return;
    }
    replies = await createReplies(octokit, app, command, effects.second);
    if (!(await mayWrite(octokit, command))) {
      await refuse(replies, author);
      return;
    }
    await replies.react('eyes');
    const text = await answer({ octokit, app, command, job, access, effects, signal });
    if (text !== undefined) await replies.say(keyOf(command), text);
  } catch (error) {
    if (signal.aborted) {
      log.info('Stopped.');
      throw signal.reason;
    }
    if (!attempt.last && isTransient(error)) throw new TryLater(error, waitOf(error));
    log.error({ err: error }, 'A command failed.');
    const { ending } = endingOf(error);
    await replies?.say(keyOf(wanted), ending.summary).catch((again: unknown) => {
      log.error({ err: again }, 'Nor could that be said.');
    });
  }
}

/** What is said about it; undefined when what follows speaks for itself. */
async function answer(context: CommandContext): Promise<string | undefined> {
  const { command, job, effects } = context;
  const asked = command.command;
  switch (asked.name) {
    case 'rerun':
      await effects.again(job);
      return undefined;
    case 'fix':
      return await fix(context);
    case 'waive':
      return await waive(context, asked);
    case 'explain':
      return explain(asked.check, await effects.checks());
    case 'help':
      return help(asked.said);
  }
}

/** One answer to each comment, or to each click. */
export function keyOf({ comment, delivery }: Pick<CommandJob, 'comment' | 'delivery'>): string {
  return comment === undefined ? delivery : String(comment);
}

function reviewOf({ delivery, installation, owner, repo, defaultBranch, event, pull }: CommandJob): ReviewJob {
  const branch = defaultBranch === undefined ? {} : { defaultBranch };
  const place = { delivery, installation, owner, repo, event, pull, ...branch };
  return { ...place, headSha: '', headRef: '', baseSha: '', baseRef: '', fork: false, draft: false };
}

async function mayWrite(octokit: Octokit, { owner, repo, author: username }: CommandJob): Promise<boolean> {
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username });
    return data.permission === 'admin' || data.permission === 'write';
  } catch (error) {
    // An account that is gone by now.
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** Said to each person once; after that a reaction is enough. */
async function refuse(replies: Replies, author: string): Promise<void> {
  const key = `refused-${author}`;
  if (await replies.said(key)) await replies.react('confused');
  else
    await replies.say(
      key,
      `Sorry, ${code(author)}: only people with write access to this repository can ask me for something.`,
    );
}

function help(said: string): string {
  return [
    said === '' ? 'This is what I can do:' : `I do not know ${code(`/plimsoll ${said}`)}. This is what I can do:`,
    [
      '- `/plimsoll rerun`: judge this pull request once more',
      '- `/plimsoll fix`: commit all verified fixes to its branch, as one commit',
      '- `/plimsoll waive <check> <reason> [until YYYY-MM-DD]`: open a pull request that accepts the findings of a check',
      '- `/plimsoll explain <check>`: what a check looks for, and why',
    ].join('\n'),
    'A command stands alone on the first line of a comment.',
  ].join('\n\n');
}
