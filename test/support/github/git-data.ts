import type { Answer, ApiState, Call, Grant } from './state.ts';
import { bot } from './talk.ts';

interface WantedEntry {
  path: string;
  mode: string;
  type: string;
  sha?: string | null;
  content?: string;
}

const notFound: Answer = { status: 404, body: { message: 'Not Found' } };
const forbidden: Answer = { status: 403, body: { message: 'Resource not accessible by integration' } };

/** Answers requests about git's own objects and branches, from git itself; undefined for any other. */
export async function gitData(state: ApiState, grant: Grant | undefined, call: Call): Promise<Answer | undefined> {
  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)\/git\/(.+)$/.exec(call.path) ?? [];
  if (name === '') return undefined;
  if (grant?.permissions.contents === undefined) return forbidden;
  if (call.method !== 'GET' && grant.permissions.contents !== 'write') return forbidden;
  const at = (method: string, pattern: RegExp): string[] | undefined =>
    call.method === method ? pattern.exec(decodeURIComponent(rest))?.slice(1) : undefined;
  const { forge } = state;

  const ref = at('GET', /^ref\/(heads\/.+)$/);
  if (ref) {
    const sha = await forge.resolve(name, `refs/${ref[0]}`);
    return sha === undefined
      ? notFound
      : { status: 200, body: { ref: `refs/${ref[0]}`, object: { sha, type: 'commit' } } };
  }
  const commit = at('GET', /^commits\/([0-9a-f]{40})$/);
  if (commit) {
    const sha = await forge.resolve(name, commit[0] ?? '');
    return sha === undefined ? notFound : { status: 200, body: await shownCommit(state, name, sha) };
  }
  const tree = at('GET', /^trees\/([0-9a-f]{40})$/);
  if (tree)
    return { status: 200, body: { sha: tree[0], truncated: false, tree: await forge.listTree(name, tree[0] ?? '') } };
  if (at('POST', /^trees$/)) {
    const { base_tree: base, tree: entries } = call.body as { base_tree: string; tree: WantedEntry[] };
    return { status: 201, body: { sha: await forge.writeTree(name, base, entries) } };
  }
  if (at('POST', /^commits$/)) {
    const { message, tree: of, parents } = call.body as { message: string; tree: string; parents: string[] };
    return { status: 201, body: await shownCommit(state, name, await forge.commitTree(name, of, parents, message)) };
  }
  if (at('POST', /^refs$/)) {
    const wanted = call.body as { ref: string; sha: string };
    if ((await forge.resolve(name, wanted.ref)) !== undefined)
      return { status: 422, body: { message: 'Reference already exists' } };
    await forge.updateRef(name, wanted.ref, wanted.sha);
    return { status: 201, body: { ref: wanted.ref, object: { sha: wanted.sha, type: 'commit' } } };
  }
  const moved = at('PATCH', /^refs\/(heads\/.+)$/);
  if (moved) {
    const { sha, force = false } = call.body as { sha: string; force?: boolean };
    const former = await forge.resolve(name, `refs/${moved[0]}`);
    if (former === undefined) return { status: 422, body: { message: 'Reference does not exist' } };
    if (!force && (await forge.mergeBase(name, former, sha)) !== former)
      return { status: 422, body: { message: 'Update is not a fast forward' } };
    await forge.updateRef(name, `refs/${moved[0]}`, sha);
    state.pushed(name, (moved[0] ?? '').slice('heads/'.length), sha);
    return { status: 200, body: { ref: `refs/${moved[0]}`, object: { sha, type: 'commit' } } };
  }
  return undefined;
}

async function shownCommit(state: ApiState, name: string, sha: string): Promise<object> {
  const { tree, parents, message } = await state.forge.showCommit(name, sha);
  return {
    sha,
    message,
    tree: { sha: tree },
    parents: parents.map((parent) => ({ sha: parent })),
    author: { name: `${bot}[bot]` },
  };
}
