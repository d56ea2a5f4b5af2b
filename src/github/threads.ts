import type { Octokit } from './app.ts';
import type { ReviewJob } from './job.ts';
import { marksOf, postedIn, readAnswer, type AnswerMark } from './marks.ts';

/** One of our review threads. */
export interface Thread {
  /** GraphQL node id. */
  id: string;
  /** REST id of its first comment, which replies name. */
  comment: number;
  /** REST id of the review that began it. */
  review: number;
  /** The findings it is about. */
  fingerprints: string[];
  isResolved: boolean;
  /** Set when we said that it is over: at which head, and whether it was to be resolved. */
  answered?: AnswerMark;
  /** The last word in it is ours. */
  isOurs: boolean;
}

/** One of our reviews. Its body outlives the comments it was written with. */
export interface Posted {
  /** REST id. */
  review: number;
  body: string;
  /** The findings that it has, or had, comments on. */
  fingerprints: string[];
}

/** All that we said on the pull request, oldest first. */
export interface Said {
  threads: Thread[];
  reviews: Posted[];
}

const query = `query ($owner: String!, $repo: String!, $pull: Int!, $threads: String, $reviews: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $pull) {
      reviewThreads(first: 50, after: $threads) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          first: comments(first: 1) { nodes { fullDatabaseId body viewerDidAuthor pullRequestReview { fullDatabaseId } } }
          last: comments(last: 50) { nodes { body viewerDidAuthor } }
        }
      }
      reviews(first: 50, after: $reviews) {
        pageInfo { hasNextPage endCursor }
        nodes { fullDatabaseId body viewerDidAuthor }
      }
    }
  }
}`;

interface Written {
  fullDatabaseId: string;
  body: string;
  viewerDidAuthor: boolean;
}

interface Page<Node> {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: Node[];
}

interface ThreadNode {
  id: string;
  isResolved: boolean;
  first: { nodes: (Written & { pullRequestReview: { fullDatabaseId: string } | null })[] };
  last: { nodes: Pick<Written, 'body' | 'viewerDidAuthor'>[] };
}

interface Answer {
  repository: { pullRequest: { reviewThreads: Page<ThreadNode>; reviews: Page<Written> } | null } | null;
}

/**
 * Reads what we said. Nothing of it is a person's word: only what we wrote is read for marks. REST does not tell whether a thread
 * is resolved.
 */
export async function readSaid(octokit: Octokit, { owner, repo, pull }: ReviewJob): Promise<Said> {
  const said: Said = { threads: [], reviews: [] };
  // A list that is read to its end is asked for what follows it, which is nothing.
  for (let after: { threads: string | null; reviews: string | null } = { threads: null, reviews: null }; ;) {
    const answer: Answer = await octokit.graphql(query, { owner, repo, pull, ...after });
    const found = answer.repository?.pullRequest;
    if (!found) return said;
    const { reviewThreads, reviews } = found;
    said.threads.push(...reviewThreads.nodes.flatMap(threadOf));
    said.reviews.push(...reviews.nodes.flatMap(postedOf));
    if (!reviewThreads.pageInfo.hasNextPage && !reviews.pageInfo.hasNextPage) return said;
    after = {
      threads: reviewThreads.pageInfo.endCursor ?? after.threads,
      reviews: reviews.pageInfo.endCursor ?? after.reviews,
    };
  }
}

function threadOf({ id, isResolved, first, last }: ThreadNode): Thread[] {
  const [opening] = first.nodes;
  if (opening?.viewerDidAuthor !== true) return [];
  const fingerprints = marksOf(opening.body);
  if (fingerprints.length === 0) return [];
  const said = last.nodes.filter((one) => one.viewerDidAuthor).map(({ body }) => readAnswer(body));
  const answered = said.findLast((one) => one !== undefined);
  return [
    {
      id,
      comment: Number(opening.fullDatabaseId),
      review: Number(opening.pullRequestReview?.fullDatabaseId),
      fingerprints,
      isResolved,
      ...(answered === undefined ? {} : { answered }),
      isOurs: last.nodes.at(-1)?.viewerDidAuthor === true,
    },
  ];
}

function postedOf({ fullDatabaseId, body, viewerDidAuthor }: Written): Posted[] {
  const fingerprints = viewerDidAuthor ? postedIn(body) : [];
  return fingerprints.length === 0 ? [] : [{ review: Number(fullDatabaseId), body, fingerprints }];
}

/** Resolving twice does no harm, so a lost answer needs no care. */
export async function resolveThread(octokit: Octokit, threadId: string): Promise<void> {
  const mutation = `mutation ($threadId: ID!) {
    resolveReviewThread(input: { threadId: $threadId }) { thread { id isResolved } }
  }`;
  await octokit.graphql(mutation, { threadId });
}
