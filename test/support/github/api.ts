import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { gitHttp, isGitRequest } from '../git-http.ts';
import type { CheckRuns } from './check-runs.ts';
import { takeFault } from './faults.ts';
import { gitData } from './git-data.ts';
import { createValidator, type Validate } from './openapi.ts';
import { apiRoot } from './pages.ts';
import { pullPayload, repositoryPayload } from './payloads.ts';
import { compare, listAnnotations, listRuns, notFound, readContents } from './reads.ts';
import type { Answer, ApiState, Call, Grant, RecordedRequest } from './state.ts';
import { graphql, talk } from './talk.ts';

let validate: Validate | undefined;

/** Answers for GitHub: API below `/api/v3`, git below `/`. */
export function createApi(state: ApiState): (request: IncomingMessage, response: ServerResponse) => void {
  const grants = new Map<string, Grant>();
  const git = gitHttp(state.forge.root, {
    authorize(credentials, repository) {
      const grant = grants.get(credentials?.password ?? '');
      const allowed = grant?.repositories?.includes(repository.split('/').pop() ?? '') ?? grant !== undefined;
      return allowed && grant?.permissions.contents !== undefined;
    },
  });
  return (request, response) => {
    if (isGitRequest(request.url ?? '')) {
      git(request, response);
      return;
    }
    serve(state, grants, request, response).catch((error: unknown) => {
      // The App gave up waiting, or is gone: nobody is answered any more.
      if (request.socket.destroyed) return;
      state.violations.push(`The GitHub of tests failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}

async function serve(
  state: ApiState,
  grants: Map<string, Grant>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', state.url);
  const method = request.method ?? 'GET';
  const asked = url.pathname.startsWith(`${apiRoot}/`) ? url.pathname.slice(apiRoot.length) : url.pathname;
  const path = byId(state, asked);
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  const authorization = request.headers.authorization ?? '';
  const record: RecordedRequest = {
    method,
    path: decodeURIComponent(path),
    body,
    status: 0,
    at: performance.now(),
    as: authorization === '' ? 'none' : /^bearer ey/i.test(authorization) ? 'app' : 'installation',
    tokens: authorization === '' ? [] : [authorization.replace(/^\w+ /, '')],
  };
  state.requests.push(record);
  const call: Call = { method, path, query: url.searchParams, body, headers: request.headers };
  validate ??= createValidator();
  const violations = path === '/api/graphql' ? [] : validate(call);
  state.violations.push(...violations);

  const fault = takeFault(state.faults, method, decodeURIComponent(path) + url.search);
  if (fault?.delay !== undefined) await pause(fault.delay);
  if (fault?.silent === true) return;
  if (fault?.cut === 'before') return void request.socket.destroy();
  const answer: Answer =
    violations.length > 0
      ? { status: 422, body: { message: violations.join('; ') } }
      : fault?.status !== undefined
        ? { status: fault.status, body: fault.body ?? { message: 'A fault.' }, headers: fault.headers ?? {} }
        : await route(state, grants, call);
  if (fault?.cut === 'after') return void request.socket.destroy();
  record.status = answer.status;
  const { token } = { token: undefined as unknown, ...(typeof answer.body === 'object' ? answer.body : {}) };
  if (typeof token === 'string') record.tokens.push(token);
  const raw = typeof answer.body === 'string';
  response.writeHead(answer.status, {
    'content-type': raw ? 'application/vnd.github.raw+json; charset=utf-8' : 'application/json; charset=utf-8',
    ...answer.headers,
  });
  const sent = raw ? String(answer.body) : JSON.stringify(answer.body);
  if (fault?.cut !== 'within' && fault?.silent !== 'within') return void response.end(sent);
  const { socket } = request;
  response.write(sent.slice(0, 1), () => {
    // The first byte has to arrive, or there would be no answer at all.
    if (fault.cut === 'within') setImmediate(() => socket.destroy());
  });
}

/** GitHub sends those who use a repository's former name to its id. */
function byId(state: ApiState, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const name = [...new Set(state.renamed.values())].find((one) => String(state.repository(one)?.id) === id);
  return name === undefined ? path : `/repos/${name}${rest}`;
}

async function route(state: ApiState, grants: Map<string, Grant>, call: Call): Promise<Answer> {
  const { method, query } = call;
  const grant = grants.get(call.headers.authorization?.replace(/^(token|bearer) /i, '') ?? '');
  if (call.path === '/api/graphql') return await graphql(state, grant, call.body);
  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(?:\/(.+))?$/.exec(call.path) ?? [];
  if (name === '') return await installation(state, grants, call);
  const now = state.repository(state.renamed.get(name) ?? '');
  if (now !== undefined) {
    const location = `${state.url}${apiRoot}/repositories/${now.id}${rest === '' ? '' : `/${rest}`}`;
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    return {
      status: method === 'GET' ? 301 : 307,
      body: { message: 'Moved' },
      headers: { location: location + search },
    };
  }
  if (state.archived.has(name) && method !== 'GET')
    return { status: 403, body: { message: 'Repository was archived so is read-only.' } };
  const at = (pattern: RegExp): string[] | undefined => pattern.exec(decodeURIComponent(rest))?.slice(1);
  const reading = method === 'GET';

  const contents = at(/^contents\/(.+)$/);
  const compared = at(/^compare\/(.+?)\.\.\.(.+)$/);
  const listed = at(/^commits\/(.+)\/check-runs$/);
  const annotated = at(/^check-runs\/(\d+)\/annotations$/);
  const pull = at(/^pulls\/(\d+)$/);
  if (reading && (contents ?? compared ?? listed ?? annotated ?? pull) !== undefined) {
    // What git answers is for those whom emulate lets read the repository.
    const allowed = await emulated(state, {
      ...call,
      path: `/repos/${name}`,
      query: new URLSearchParams(),
      body: undefined,
    });
    if (allowed.status !== 200) return allowed;
  }
  if (reading && contents) return await readContents(state, name, contents[0] ?? '', query.get('ref') ?? 'HEAD');
  if (reading && compared) return await compare(state, name, compared[0] ?? '', compared[1] ?? '');
  if (reading && listed) return listRuns(state, name, listed[0] ?? '', query);
  if (reading && annotated) return listAnnotations(state, Number(annotated[0]), query);
  if (reading && pull) {
    const [repository, found] = [state.repository(name), state.pull(name, Number(pull[0]))];
    if (repository === undefined || found === undefined) return notFound;
    return { status: 200, body: pullPayload(state.url, repository, found) };
  }
  const said =
    (await talk(state, grant, call)) ??
    (await gitData(state, grant, call)) ??
    (await pulls(state, grant, call, name, rest));
  if (said !== undefined) return said;
  const answer = await emulated(state, call);
  if (rest === 'installation' && answer.status === 200) {
    const found = answer.body as { id: number };
    if (state.uninstalled.has(found.id)) return notFound;
    return {
      status: 200,
      body: { ...found, suspended_at: state.suspended.has(found.id) ? '2026-01-01T00:00:00Z' : null },
    };
  }
  if (rest === '' && answer.status === 200) {
    const repository = state.repository(name);
    if (repository === undefined) return notFound;
    return { status: 200, body: { ...repositoryPayload(state.url, repository), archived: state.archived.has(name) } };
  }
  if (/^check-runs(\/\d+)?$/.test(rest) && method !== 'GET' && answer.status < 300) {
    const written = answer.body as Parameters<CheckRuns['written']>[1];
    const body = call.body as Parameters<CheckRuns['written']>[2];
    return { ...answer, body: state.checkRuns.written(name, written, body) };
  }
  return answer;
}

/** Pull requests that the App itself opens. */
async function pulls(
  state: ApiState,
  grant: Grant | undefined,
  call: Call,
  name: string,
  rest: string,
): Promise<Answer | undefined> {
  const repository = state.repository(name);
  if (rest !== 'pulls' || repository === undefined) return undefined;
  if (call.method === 'GET') {
    const [, branch] = /^[^:]+:(.+)$/.exec(call.query.get('head') ?? '') ?? [];
    const found = state
      .pulls(name)
      .filter(({ head, state: is }) => (branch === undefined || head.ref === branch) && is === 'open');
    return { status: 200, body: found.map((pull) => pullPayload(state.url, repository, pull)) };
  }
  if (grant?.permissions.pull_requests !== 'write')
    return { status: 403, body: { message: 'Resource not accessible by integration' } };
  const wanted = call.body as { title: string; head: string; base: string; body?: string };
  if (
    state
      .pulls(name)
      .some(({ head, base, state: is }) => head.ref === wanted.head && base.ref === wanted.base && is === 'open')
  )
    return { status: 422, body: { message: 'A pull request already exists.' } };
  return { status: 201, body: pullPayload(state.url, repository, await state.openPull(name, wanted)) };
}

async function installation(state: ApiState, grants: Map<string, Grant>, call: Call): Promise<Answer> {
  if (call.path === '/installation/repositories') {
    const all = state.repositories().map((repository) => repositoryPayload(state.url, repository));
    return { status: 200, body: { total_count: all.length, repositories: all } };
  }
  if (call.path === '/app/hook/deliveries') return { status: 200, body: [...state.deliveries].reverse() };
  const [, again] = /^\/app\/hook\/deliveries\/(\d+)\/attempts$/.exec(call.path) ?? [];
  if (again !== undefined) {
    state.redelivered.push(Number(again));
    return { status: 202, body: {} };
  }
  const minted = Number(/^\/app\/installations\/(\d+)\/access_tokens$/.exec(call.path)?.[1]);
  if (state.uninstalled.has(minted)) return notFound;
  if (state.suspended.has(minted)) return { status: 403, body: { message: 'This installation has been suspended' } };
  const answer = await emulated(state, call);
  if (call.path.endsWith('/access_tokens') && answer.status === 201) {
    const { token, permissions } = answer.body as { token: string; permissions: Record<string, string> };
    const { repositories } = (call.body ?? {}) as { repositories?: string[] };
    grants.set(token, { permissions, ...(repositories === undefined ? {} : { repositories }) });
  }
  return answer;
}

async function emulated(state: ApiState, { method, path, query, body, headers }: Call): Promise<Answer> {
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  const response = await fetch(state.emulator + path + search, {
    method,
    headers: { 'content-type': 'application/json', authorization: unlimited(state, path, headers.authorization) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as unknown) };
}

/**
 * The authorization a request goes to emulate with. There, a token has 5,000 requests an hour, and nothing can change it; runs of a
 * thousand reviews take more. A token that emulate does not know is its first user's, who may do everything with repositories.
 */
function unlimited({ passed }: ApiState, path: string, authorization = ''): string {
  const count = (passed.get(authorization) ?? 0) + 1;
  passed.set(authorization, count);
  const used = Math.floor(count / 4000);
  return used === 0 || !path.startsWith('/repos/') ? authorization : `${authorization}-${used}`;
}
