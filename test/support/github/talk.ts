import type { Answer, ApiState, Call, Grant } from './state.ts';
import type { StoredComment, Thread, WantedComment } from './conversations.ts';
import { answerGraphql, connection, GraphqlFault } from './graphql.ts';
import { link, page } from './pages.ts';

/** Who an installation token speaks for. */
export const bot = 'plimsoll';
const forbidden: Answer = { status: 403, body: { message: 'Resource not accessible by integration' } };
const notFound: Answer = { status: 404, body: { message: 'Not Found' } };

/** Answers requests about reviews, comments, reactions and people's permissions; undefined for any other. */
export async function talk(state: ApiState, grant: Grant | undefined, call: Call): Promise<Answer | undefined> {
  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)\/(.+)$/.exec(call.path) ?? [];
  const at = (method: string, pattern: RegExp): string[] | undefined =>
    call.method === method ? pattern.exec(decodeURIComponent(rest))?.slice(1) : undefined;
  const may = (permission: string): boolean => grant?.permissions[permission] === 'write';
  const { conversations } = state;

  const person = at('GET', /^collaborators\/([^/]+)\/permission$/);
  if (person) {
    const permission = conversations.permissions.get(`${name}/${person[0]}`) ?? 'none';
    return { status: 200, body: { permission, role_name: permission, user: { login: person[0] } } };
  }
  const reviewed = at('POST', /^pulls\/(\d+)\/reviews$/);
  if (reviewed) return may('pull_requests') ? await review(state, name, Number(reviewed[0]), call.body) : forbidden;
  const rewritten = at('PUT', /^pulls\/\d+\/reviews\/(\d+)$/);
  if (rewritten) {
    if (!may('pull_requests')) return forbidden;
    const standing = conversations.reviews.find(({ id, author }) => id === Number(rewritten[0]) && author === bot);
    if (standing === undefined) return notFound;
    const { body } = call.body as { body: string };
    standing.body = body;
    return { status: 200, body: { id: standing.id, user: { login: `${bot}[bot]` }, state: 'COMMENTED', body } };
  }
  const replied = at('POST', /^pulls\/(\d+)\/comments\/(\d+)\/replies$/);
  if (replied) {
    if (!may('pull_requests')) return forbidden;
    const thread = conversations.threadOf(Number(replied[1]));
    if (thread === undefined) return notFound;
    const reply = conversations.reply(thread, bot, (call.body as { body: string }).body);
    return { status: 201, body: { id: reply.id, body: reply.body, user: { login: `${bot}[bot]`, type: 'Bot' } } };
  }
  const commented = at('POST', /^issues\/(\d+)\/comments$/);
  if (commented) {
    if (!may('issues') && !may('pull_requests')) return forbidden;
    const { body } = call.body as { body: string };
    if (body.length > 65_536)
      return { status: 422, body: { message: 'body is too long (maximum is 65536 characters)' } };
    return { status: 201, body: shown(conversations.comment(name, Number(commented[0]), bot, body)) };
  }
  const listed = at('GET', /^issues\/(\d+)\/comments$/);
  if (listed) {
    const all = conversations.comments.filter((one) => one.repository === name && one.pull === Number(listed[0]));
    return {
      status: 200,
      body: page(all, call.query).map(shown),
      headers: link(state.url, all.length, call.query, call.path),
    };
  }
  const reacted = at('POST', /^issues\/comments\/(\d+)\/reactions$/);
  if (reacted) {
    if (!may('issues') && !may('pull_requests')) return forbidden;
    const comment = conversations.comments.find(({ id }) => id === Number(reacted[0]));
    if (comment === undefined) return notFound;
    conversations.react(comment, bot, (call.body as { content: string }).content);
    return { status: 201, body: { id: 1, content: (call.body as { content: string }).content } };
  }
  return undefined;
}

async function review(state: ApiState, name: string, number: number, body: unknown): Promise<Answer> {
  const wanted = body as { commit_id: string; event: string; body?: string; comments?: WantedComment[] };
  const pull = state.pull(name, number);
  if (pull === undefined) return notFound;
  if ((wanted.body ?? '') === '') return refused('Body can’t be blank for a review with the event COMMENT.');
  if ((await state.forge.mergeBase(name, wanted.commit_id, pull.head.sha)) !== wanted.commit_id)
    return refused('The commit is not part of the pull request.');
  const base = (await state.forge.mergeBase(name, pull.base.sha, wanted.commit_id)) ?? pull.base.sha;
  const diff = await state.forge.diffLines(name, base, wanted.commit_id);
  for (const { path, line = 0, start_line: start = line, side, start_side: startSide, body: text } of wanted.comments ??
    []) {
    if (text.length > 65_536) return refused('body is too long (maximum is 65536 characters)');
    if (side !== 'RIGHT' || (start !== line && startSide !== 'RIGHT')) return refused('The side must be RIGHT here.');
    if (start > line) return refused('start_line must precede the end line.');
    const hunk = diff.get(path)?.find((one) => one.start <= line && line <= one.end);
    if (hunk === undefined) return refused('pull_request_review_thread.line must be part of the diff');
    if (start < hunk.start)
      return refused('pull_request_review_thread.start_line must be part of the same hunk as the line.');
  }
  const made = state.conversations.review(
    { repository: name, pull: number, author: bot, commit: wanted.commit_id },
    { event: wanted.event, body: wanted.body ?? '', comments: wanted.comments ?? [] },
  );
  return { status: 200, body: { id: made.id, user: { login: `${bot}[bot]` }, state: 'COMMENTED', body: made.body } };
}

function refused(reason: string): Answer {
  return { status: 422, body: { message: 'Unprocessable Entity', errors: [reason] } };
}

function shown({ id, author, body, reactions }: StoredComment): object {
  const own = author === bot;
  return {
    id,
    body,
    user: { login: own ? `${bot}[bot]` : author, type: own ? 'Bot' : 'User' },
    performed_via_github_app: own ? { id: 424_242, slug: bot } : null,
    reactions: { total_count: reactions.length },
  };
}

/** Answers `POST /graphql`. */
export async function graphql(state: ApiState, grant: Grant | undefined, body: unknown): Promise<Answer> {
  const { answer, violations } = await answerGraphql(body as Parameters<typeof answerGraphql>[0], {
    Query: {
      repository: ({ owner, name }: { owner: string; name: string }) => {
        const repository = `${owner}/${name}`;
        if (grant === undefined || state.repository(repository) === undefined) return null;
        return { pullRequest: ({ number }: { number: number }) => pullNode(state, repository, number) };
      },
    },
    Mutation: {
      resolveReviewThread: ({ input }: { input: { threadId: string } }) => {
        const thread = state.conversations.threads.find(({ id }) => id === input.threadId);
        if (thread === undefined)
          throw new GraphqlFault('NOT_FOUND', `Could not resolve to a node with the id ${input.threadId}.`);
        if (grant?.permissions.pull_requests !== 'write')
          throw new GraphqlFault('FORBIDDEN', 'Resource not accessible by integration');
        state.conversations.resolve(thread, bot);
        return { thread: threadNode(thread) };
      },
    },
  });
  state.violations.push(...violations);
  return { status: 200, body: answer };
}

function pullNode(state: ApiState, repository: string, number: number): object | null {
  if (state.pull(repository, number) === undefined) return null;
  const threads = state.conversations.threads.filter((one) => one.repository === repository && one.pull === number);
  const reviews = state.conversations.reviews.filter((one) => one.repository === repository && one.pull === number);
  return {
    id: `PR_${number}`,
    reviewThreads: connection(threads.map(threadNode)),
    reviews: connection(
      reviews.map(({ id, body, author }) => ({ fullDatabaseId: String(id), body, viewerDidAuthor: author === bot })),
    ),
  };
}

function threadNode({ id, review, isResolved, path, line, comments }: Thread): object {
  const nodes = comments.map((comment) => ({
    id: `PRRC_${comment.id}`,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    viewerDidAuthor: comment.author === bot,
    pullRequestReview: { fullDatabaseId: String(review) },
    author: { __typename: comment.author === bot ? 'Bot' : 'User', login: comment.author },
  }));
  return { id, isResolved, isOutdated: false, path, line, comments: connection(nodes) };
}
