import type { Octokit } from './app.ts';
import type { ReviewJob } from './job.ts';

/** One of our review threads. */
export interface Thread {
  /** GraphQL node id. */
  id: string;
  /** REST id of its first comment, which replies name. */
  comment: number;
  /** The findings it is about. */
  fingerprints: string[];
  isResolved: boolean;
  /** Set when we said that it is over: at which head, and whether it was to be resolved. */
  answered?: { head: string; resolve: boolean };
  /** The last word in it is ours. */
  isOurs: boolean;
}

const query = `query ($owner: String!, $repo: String!, $pull: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $pull) {
      reviewThreads(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          first: comments(first: 1) { nodes { fullDatabaseId body viewerDidAuthor } }
          last: comments(last: 50) { nodes { body viewerDidAuthor } }
        }
      }
    }
  }
}`;

interface Comment {
  fullDatabaseId: string;
  body: string;
  viewerDidAuthor: boolean;
}

/** What the query gives. Nothing of a thread is a person's word for it: only comments that we wrote are read for marks. */
interface Answer {
  repository: {
    pullRequest: {
      reviewThreads: {
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
        nodes: {
          id: string;
          isResolved: boolean;
          first: { nodes: Comment[] };
          last: { nodes: Pick<Comment, 'body' | 'viewerDidAuthor'>[] };
        }[];
      };
    } | null;
  } | null;
}

/** All threads of the pull request that we began, oldest first. REST does not tell whether a thread is resolved. */
export async function readThreads(octokit: Octokit, job: ReviewJob): Promise<Thread[]> {
  const { owner, repo, pull } = job;
  const threads: Thread[] = [];
  for (let after: string | null = null; ;) {
    const answer: Answer = await octokit.graphql(query, { owner, repo, pull, after });
    const page = answer.repository?.pullRequest?.reviewThreads;
    if (page === undefined) return threads;
    for (const { id, isResolved, first, last } of page.nodes) {
      const [opening] = first.nodes;
      if (opening?.viewerDidAuthor !== true) continue;
      const fingerprints = marksOf(opening.body);
      if (fingerprints.length === 0) continue;
      const said = last.nodes.filter((one) => one.viewerDidAuthor).map(({ body }) => readAnswer(body));
      const answered = said.findLast((one) => one !== undefined);
      threads.push({
        id,
        comment: Number(opening.fullDatabaseId),
        fingerprints,
        isResolved,
        ...(answered === undefined ? {} : { answered }),
        isOurs: last.nodes.at(-1)?.viewerDidAuthor === true,
      });
    }
    if (!page.pageInfo.hasNextPage) return threads;
    after = page.pageInfo.endCursor;
  }
}

/** Resolving twice does no harm, so a lost answer needs no care. */
export async function resolveThread(octokit: Octokit, threadId: string): Promise<void> {
  const mutation = `mutation ($threadId: ID!) {
    resolveReviewThread(input: { threadId: $threadId }) { thread { id isResolved } }
  }`;
  await octokit.graphql(mutation, { threadId });
}

/** Lines nobody sees that say which findings a comment is about. They come first: what follows may hold a stranger's words. */
export function mark(fingerprints: readonly string[]): string {
  return fingerprints.map((fingerprint) => `<!-- plimsoll:finding ${fingerprint} -->\n`).join('');
}

function marksOf(body: string): string[] {
  const [head = ''] = /^(?:<!-- plimsoll:finding [0-9a-f]{32} -->\r?\n)*/.exec(body) ?? [];
  return [...head.matchAll(/[0-9a-f]{32}/g)].map(([fingerprint]) => fingerprint);
}

/** Says that a thread is over, since which head, and whether it is to be resolved. */
export function answerMark(head: string, resolve: boolean): string {
  return `<!-- plimsoll:${resolve ? 'over' : 'over-and-open'} ${head} -->\n`;
}

function readAnswer(body: string): Thread['answered'] {
  const [, word, head] = /^<!-- plimsoll:(over|over-and-open) ([0-9a-f]+) -->/.exec(body) ?? [];
  return head === undefined ? undefined : { head, resolve: word === 'over' };
}
