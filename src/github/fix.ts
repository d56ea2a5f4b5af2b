import type { Report } from '../model.ts';
import { line, prose } from '../report/escape.ts';
import { plural } from '../report/summarize.ts';
import { statusOf } from './access.ts';
import { mayWriteContents } from './actions.ts';
import { commitFiles } from './commit-files.ts';
import type { VerifiedFixes } from './job.ts';
import { keyOf, type CommandContext } from './perform-command.ts';

/** Fixes named in the commit's message. */
const named = 50;

/**
 * Commits all verified fixes to the pull request's branch, as one commit that a person can revert. What is said about it;
 * asked for again, a commit that stands already is found by its trailer.
 */
export async function fix(context: CommandContext): Promise<string> {
  const { octokit, app, command, job, access, effects, signal } = context;
  const { owner, repo } = command;
  if (job.fork) return cannot('the branch lives in a fork, and I can only write to repositories I am installed on');
  if (!(await mayWriteContents(app, command)))
    return cannot('I am not allowed to write contents here (an administrator can grant `contents: write` to the App)');
  const trailer = `Plimsoll-Request: ${keyOf(command)}`;
  const { data: head } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: job.headSha });
  if (head.message.split('\n').includes(trailer)) return committed(job.headSha, head.message);

  const outcome = await effects.review(job, access, signal);
  signal.throwIfAborted();
  const { report, fixes } = outcome.kind === 'report' ? outcome : {};
  if (fixes === undefined || fixes.made.length === 0) return nothing(report);
  const files = new Map(Object.entries(fixes.files));
  const message = messageOf(fixes, trailer);
  const sha = await commitFiles(octokit, { owner, repo }, { parent: job.headSha, message, files });
  signal.throwIfAborted();
  try {
    // Not forced: a branch that moved meanwhile keeps what was pushed.
    await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${job.headRef}`, sha, force: false });
  } catch (error) {
    const status = statusOf(error);
    if (status !== 422 && status !== 403) throw error;
    const why = error instanceof Error ? line(error.message, 300) : '';
    return cannot(`GitHub refused the push (${prose(why)}); when somebody pushed meanwhile, ask again`);
  }
  return committed(sha, message);
}

/** The commit in its own words, so that a repeated answer is the same. */
function committed(sha: string, message: string): string {
  const [, ...lines] = message.split('\n').filter((one) => one !== '' && !one.startsWith('Plimsoll-Request: '));
  return [`Committed \`${sha.slice(0, 7)}\`:`, '', ...lines.map((one) => `- ${prose(one.replace(/^- /, ''))}`)].join(
    '\n',
  );
}

function cannot(reason: string): string {
  return `I cannot commit the fixes: ${reason}. \`plimsoll diff --fix\` makes them in your own checkout; fixes for lines of the diff also stand in the review as suggestions.`;
}

function nothing(report: Report | undefined): string {
  const open = report?.findings.filter(({ status, waiver }) => status === 'introduced' && waiver === undefined) ?? [];
  return open.length === 0
    ? 'There is nothing to fix: this pull request introduces no finding.'
    : `I have no fix that I could verify for the ${plural(open.length, 'finding')} of this pull request. The check run says what to do.`;
}

function messageOf({ made, left }: VerifiedFixes, trailer: string): string {
  const lines = made
    .slice(0, named)
    .map(({ file, line: at, description }) => `- ${line(`${file}:${at}`, 200)}: ${line(description)}`);
  const more = made.length > named ? [`- and ${made.length - named} more`] : [];
  const again = left === 0 ? [] : [`- ${plural(left, 'fix', 'fixes')} could not go into the same commit: ask again`];
  const title = `fix: ${plural(made.length, 'finding')} of Plimsoll`;
  return [title, '', ...lines, ...more, ...again, '', trailer].join('\n');
}
