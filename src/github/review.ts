import { setTimeout as pause } from 'node:timers/promises';
import { plural } from '../report/summarize.ts';
import { statusOf } from './access.ts';
import type { Octokit } from './app.ts';
import type { Outcome, ReviewJob } from './job.ts';
import { answerMark, mark, withPosted } from './marks.ts';
import { planOf, type CommentGroup, type ReviewPlan } from './review-plan.ts';
import { readSaid, resolveThread } from './threads.ts';

type Judged = Extract<Outcome, { kind: 'report' }>;

/** GitHub takes 65,536 characters a comment. */
const bodyLimit = 60_000;
const attempts = 3;

/** What would be written now. */
export async function planReview(octokit: Octokit, job: ReviewJob, { comments, report }: Judged): Promise<ReviewPlan> {
  return planOf(await readSaid(octokit, job), comments ?? { items: [], limit: 0 }, report);
}

/**
 * Writes one review with what is new, and answers and resolves the threads that are over. What stands there is read before
 * each try, so that neither a repeated job nor a lost answer writes anything twice.
 *
 * @param second milliseconds to wait after a failed try
 * @param signal nothing more is written once it is aborted: another try, or a newer job, may be writing by then
 * @returns how many comments GitHub would not take
 */
export async function writeReview(
  octokit: Octokit,
  job: ReviewJob,
  outcome: Judged,
  second: number,
  signal?: AbortSignal,
): Promise<{ refused: number }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const plan = await planReview(octokit, job, outcome);
      signal?.throwIfAborted();
      const refused = plan.post.length === 0 ? 0 : await post(octokit, job, plan.post);
      for (const { thread, text, resolve } of plan.answer) {
        signal?.throwIfAborted();
        await answer(octokit, job, thread.comment, text, resolve);
        if (resolve) await resolveThread(octokit, thread.id);
      }
      for (const { id } of plan.resolve) await resolveThread(octokit, id);
      for (const { review, body } of plan.forget) {
        signal?.throwIfAborted();
        await rewrite(octokit, job, review, body);
      }
      return { refused };
    } catch (error) {
      if (attempt === attempts || signal?.aborted === true || !isPassing(error)) throw error;
      await pause(attempt * second);
    }
  }
}

/** No answer at all counts as 500 here. */
function isPassing(error: unknown): boolean {
  return (statusOf(error) ?? 0) >= 500;
}

/**
 * Posts the comments as one review. GitHub takes all or none: where it refuses them, because its diff shows less than git's (files
 * too large), halves are tried, so that one comment does not cost the others.
 */
async function post(octokit: Octokit, job: ReviewJob, groups: readonly CommentGroup[]): Promise<number> {
  const { owner, repo, pull: pull_number = 0, headSha: commit_id } = job;
  const items = groups.flatMap((group) => group.items);
  const text = `${plural(items.length, 'finding')} introduced up to \`${commit_id.slice(0, 7)}\`. The check run says the rest.`;
  try {
    await octokit.rest.pulls.createReview({
      owner,
      repo,
      pull_number,
      commit_id,
      event: 'COMMENT',
      body: withPosted(
        text,
        items.map(({ fingerprint }) => fingerprint),
      ),
      comments: groups.map(({ path, start, line, items }) => ({
        path,
        line,
        side: 'RIGHT',
        ...(start < line ? { start_line: start, start_side: 'RIGHT' } : {}),
        body: bodyOf(items),
      })),
      // A lost answer must not be followed by a second review: what stands there is read first.
      request: { retries: 0 },
    });
    return 0;
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    if (groups.length === 1 || (await hasMoved(octokit, job))) return groups.length;
    const half = Math.ceil(groups.length / 2);
    return (await post(octokit, job, groups.slice(0, half))) + (await post(octokit, job, groups.slice(half)));
  }
}

async function hasMoved(octokit: Octokit, { owner, repo, pull = 0, headSha }: ReviewJob): Promise<boolean> {
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: pull });
  return data.head.sha !== headSha;
}

function bodyOf(items: CommentGroup['items']): string {
  const texts: string[] = [];
  let room = bodyLimit;
  for (const { text } of items) {
    room -= text.length;
    if (room < 0) break;
    texts.push(text);
  }
  const left = items.length - texts.length;
  if (left > 0) texts.push(`${plural(left, 'finding')} more on these lines: see the check run.`);
  return mark(items.map(({ fingerprint }) => fingerprint)) + texts.join('\n\n---\n\n');
}

/** Writing the same once more does no harm. */
async function rewrite(
  octokit: Octokit,
  { owner, repo, pull: pull_number = 0 }: ReviewJob,
  review_id: number,
  body: string,
): Promise<void> {
  await octokit.rest.pulls.updateReview({ owner, repo, pull_number, review_id, body });
}

async function answer(
  octokit: Octokit,
  { owner, repo, pull: pull_number = 0, headSha }: ReviewJob,
  comment_id: number,
  text: string,
  resolve: boolean,
): Promise<void> {
  const open = resolve ? '' : '\n\nLeft open, since the last word here was not mine.';
  const body = `${answerMark(headSha, resolve)}${text} (\`${headSha.slice(0, 7)}\`)${open}`;
  await octokit.rest.pulls.createReplyForReviewComment({
    owner,
    repo,
    pull_number,
    comment_id,
    body,
    request: { retries: 0 },
  });
}
