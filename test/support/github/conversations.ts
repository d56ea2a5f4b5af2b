/** What people and the App say on pull requests: reviews, threads of review comments, comments and reactions. */

/** A comment in a review thread. */
export interface ThreadComment {
  id: number;
  author: string;
  body: string;
}

/** A thread of review comments as it stands on GitHub. */
export interface Thread {
  id: string;
  repository: string;
  pull: number;
  review: number;
  path: string;
  startLine?: number;
  line: number;
  commit: string;
  isResolved: boolean;
  resolvedBy?: string;
  comments: ThreadComment[];
}

export interface StoredReview {
  id: number;
  repository: string;
  pull: number;
  author: string;
  event: string;
  body: string;
  commit: string;
}

/** A comment below the pull request. */
export interface StoredComment {
  id: number;
  repository: string;
  pull: number;
  author: string;
  body: string;
  reactions: { author: string; content: string }[];
}

/** One comment of a review that is asked for. */
export interface WantedComment {
  path: string;
  body: string;
  line?: number;
  start_line?: number;
  side?: string;
  start_side?: string;
}

export interface Conversations {
  threads: Thread[];
  reviews: StoredReview[];
  comments: StoredComment[];
  /** Permission of people on repositories: `admin`, `write`, `read`; those who are not named have `none`. */
  permissions: Map<string, string>;
  review(
    where: { repository: string; pull: number; author: string; commit: string },
    wanted: { event: string; body: string; comments: WantedComment[] },
  ): StoredReview;
  reply(thread: Thread, author: string, body: string): ThreadComment;
  /** A person takes a thread's first comment away; what others answered stays, and a thread without comments goes. */
  remove(thread: Thread): void;
  resolve(thread: Thread, by: string): void;
  unresolve(thread: Thread): void;
  comment(repository: string, pull: number, author: string, body: string): StoredComment;
  react(comment: StoredComment, author: string, content: string): void;
  threadOf(comment: number): Thread | undefined;
}

export function createConversations(): Conversations {
  // Beyond 32 bits, as GitHub's ids are by now.
  let last = 5_000_000_000;
  const next = (): number => (last += 1);
  const conversations: Conversations = {
    threads: [],
    reviews: [],
    comments: [],
    permissions: new Map(),
    review({ repository, pull, author, commit }, { event, body, comments }) {
      const review = { id: next(), repository, pull, author, event, body, commit };
      conversations.reviews.push(review);
      for (const { path, line = 0, start_line: startLine, body: text } of comments) {
        conversations.threads.push({
          id: `PRRT_${next()}`,
          repository,
          pull,
          review: review.id,
          path,
          ...(startLine === undefined ? {} : { startLine }),
          line,
          commit,
          isResolved: false,
          comments: [{ id: next(), author, body: text }],
        });
      }
      return review;
    },
    reply(thread, author, body) {
      const comment = { id: next(), author, body };
      thread.comments.push(comment);
      return comment;
    },
    remove(thread) {
      thread.comments.shift();
      if (thread.comments.length === 0) conversations.threads.splice(conversations.threads.indexOf(thread), 1);
    },
    resolve(thread, by) {
      thread.isResolved = true;
      thread.resolvedBy = by;
    },
    unresolve(thread) {
      thread.isResolved = false;
      delete thread.resolvedBy;
    },
    comment(repository, pull, author, body) {
      const comment = { id: next(), repository, pull, author, body, reactions: [] };
      conversations.comments.push(comment);
      return comment;
    },
    react(comment, author, content) {
      const same = comment.reactions.some((one) => one.author === author && one.content === content);
      if (!same) comment.reactions.push({ author, content });
    },
    threadOf: (id) => conversations.threads.find(({ comments }) => comments.some((one) => one.id === id)),
  };
  return conversations;
}
