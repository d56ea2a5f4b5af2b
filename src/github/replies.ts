import { setTimeout as pause } from 'node:timers/promises';
import { statusOf } from './access.ts';
import type { Octokit } from './app.ts';
import type { CommandJob } from './job.ts';

/** Answers to commands, below the pull request. */
export interface Replies {
  /** Says something once for each key; said again, it is left out. */
  say(key: string, text: string): Promise<void>;
  /** Whether something of this key was said already. */
  said(key: string): Promise<boolean>;
  /** Marks the comment that asked. The same reaction twice is one. */
  react(content: 'eyes' | 'confused'): Promise<void>;
}

const attempts = 3;
/** GitHub takes 65,536 characters. */
const bodyLimit = 60_000;

/**
 * @param app acts as the App: only its own comments count as said
 * @param second milliseconds to wait after a failed try
 */
export async function createReplies(octokit: Octokit, app: Octokit, job: CommandJob, second: number): Promise<Replies> {
  const { owner, repo, pull: issue_number } = job;
  const { data: self } = await app.rest.apps.getAuthenticated();
  const mark = (key: string): string => `<!-- plimsoll:reply ${key.replaceAll(/[^\w.-]/g, '_')} -->\n`;

  async function said(key: string): Promise<boolean> {
    const comments = await octokit.paginate(octokit.rest.issues.listComments, {
      owner,
      repo,
      issue_number,
      per_page: 100,
    });
    // Anyone can write our mark into a comment of theirs.
    return comments.some(
      (comment) => comment.performed_via_github_app?.id === self?.id && comment.body?.startsWith(mark(key)) === true,
    );
  }

  return {
    said,
    async say(key, text) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          if (await said(key)) return;
          const body = mark(key) + text.slice(0, bodyLimit);
          await octokit.rest.issues.createComment({ owner, repo, issue_number, body, request: { retries: 0 } });
          return;
        } catch (error) {
          if (attempt === attempts || (statusOf(error) ?? 0) < 500) throw error;
          await pause(attempt * second);
        }
      }
    },
    async react(content) {
      if (job.comment === undefined) return;
      await octokit.rest.reactions.createForIssueComment({ owner, repo, comment_id: job.comment, content });
    },
  };
}
