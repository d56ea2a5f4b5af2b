/**
 * The GitHub of tests and demo. `emulate` keeps Apps, installation tokens, check runs and reviews; in front of it a proxy
 * validates each request against GitHub's own description of its API, serves the repositories' git, answers from git what
 * emulate makes up (contents, comparisons, pull requests' commits), injects faults and records.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator } from 'emulate';
import { createApi } from './api.ts';
import type { RecordedRequest } from './state.ts';
import { createCheckRuns } from './check-runs.ts';
import { createConversations } from './conversations.ts';
import type { Fault } from './faults.ts';
import { createForge } from './forge.ts';
import type { GitHub, OpenPull } from './host.ts';
import { pullPayload, repositoryPayload, type Pull, type Repository } from './payloads.ts';

export type { StoredCheckRun } from './check-runs.ts';
export type { Thread } from './conversations.ts';
export type { GitHub, OpenPull } from './host.ts';
export type { Pull } from './payloads.ts';

function moved(pull: Pull, from: string, to: string): Pull {
  return pull.head.repository === from ? { ...pull, head: { ...pull.head, repository: to } } : pull;
}

const app = { id: 424_242, slug: 'plimsoll' };
const installation = 77;
const admin = 'administrator-of-the-tests';
const secret = 'the webhooks’ secret';

export async function startGitHub({
  owner = 'acme',
  grant = {},
  others = {},
}: {
  owner?: string;
  grant?: Record<string, string>;
  /** Organisations beside the owner, with the id of the App's installation there; undefined: it is not installed. */
  others?: Record<string, number | undefined>;
} = {}): Promise<GitHub> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-github-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const forge = createForge(folder);
  const repositories = new Map<string, Repository>();
  const pulls = new Map<string, Map<number, Pull>>();
  const checkRuns = createCheckRuns(app);
  const permissions = {
    checks: 'write',
    contents: 'read',
    issues: 'read',
    merge_queues: 'read',
    metadata: 'read',
    pull_requests: 'write',
    ...grant,
  };
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [admin]: { login: 'mona', scopes: ['repo', 'admin:org'] } },
      github: {
        users: [{ login: 'mona' }],
        orgs: [owner, ...Object.keys(others)].map((login) => ({ login, members: [{ login: 'mona', role: 'admin' }] })),
        apps: [
          {
            app_id: app.id,
            slug: app.slug,
            name: 'Plimsoll',
            permissions,
            installations: Object.entries({ [owner]: installation, ...others }).flatMap(([account, id]) =>
              id === undefined ? [] : [{ installation_id: id, account }],
            ),
          },
        ],
      },
    },
  });
  const privateKey = emulator.generatedSecrets.find(({ kind }) => kind === 'github.app_private_key')?.value ?? '';

  const state = {
    emulator: emulator.url,
    passed: new Map<string, number>(),
    forge,
    checkRuns,
    conversations: createConversations(),
    renamed: new Map<string, string>(),
    archived: new Set<string>(),
    suspended: new Set<number>(),
    uninstalled: new Set<number>(),
    pushed(repository: string, branch: string, sha: string) {
      for (const pull of pulls.get(repository)?.values() ?? [])
        if (pull.head.repository === repository && pull.head.ref === branch)
          put(repository, { ...pull, head: { ...pull.head, sha } });
    },
    openPull: (repository: string, wanted: { title: string; head: string; base: string; body?: string }) =>
      register(repository, repository, { ...wanted, branch: wanted.head, author: `${app.slug}[bot]` }),
    pulls: (repository: string) => [...(pulls.get(repository)?.values() ?? [])],
    pull: (repository: string, number: number) => pulls.get(repository)?.get(number),
    repository: (name: string) => repositories.get(name),
    repositories: () => [...repositories.values()],
    deliveries: [] as { id: number; guid: string; delivered_at: string; status_code: number }[],
    redelivered: [] as number[],
    requests: [] as RecordedRequest[],
    violations: [] as string[],
    faults: [] as Fault[],
    url: '',
  };
  const server = createServer(createApi(state));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.url = `http://${host}`;

  async function asAdmin(path: string, body: object, method = 'POST'): Promise<Record<string, unknown>> {
    const response = await fetch(emulator.url + path, {
      method,
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`emulate answered ${path} with ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  function known(name: string): Repository {
    const repository = repositories.get(name);
    if (repository === undefined) throw new Error(`No repository ${name}.`);
    return repository;
  }

  function put(repository: string, pull: Pull): Pull {
    pulls.get(repository)?.set(pull.number, pull);
    return pull;
  }

  /** Makes a pull request of a branch that exists. */
  async function register(
    repository: string,
    source: string,
    { title, branch, base, draft = false, body, author }: Omit<OpenPull, 'base'> & { base: string; body?: string },
  ): Promise<Pull> {
    const sha = (await forge.resolve(source, `refs/heads/${branch}`)) ?? '';
    const created = await asAdmin(`/repos/${repository}/pulls`, { title, head: branch, base, draft });
    const number = Number(created.number);
    await forge.fetchFrom(repository, source, `refs/heads/${branch}`, `refs/pull/${number}/head`);
    return put(repository, {
      number,
      title,
      draft,
      ...(body === undefined ? {} : { body }),
      ...(author === undefined ? {} : { author }),
      state: 'open',
      base: { ref: base, sha: (await forge.resolve(repository, `refs/heads/${base}`)) ?? '' },
      head: { ref: branch, sha, repository: source },
    });
  }

  const github: GitHub = {
    url: state.url,
    env: {
      APP_ID: String(app.id),
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: secret,
      GHE_HOST: host,
      GHE_PROTOCOL: 'http',
      HOST: '127.0.0.1',
    },
    webhookUrl: '',
    forge,
    requests: state.requests,
    violations: state.violations,
    faults: state.faults,
    deliveries: state.deliveries,
    redelivered: state.redelivered,

    async createRepository(name, first) {
      const [org = '', repo = ''] = name.split('/');
      const answer = await asAdmin(`/orgs/${org}/repos`, { name: repo, private: true, auto_init: true });
      repositories.set(name, { id: Number(answer.id), owner: org, name: repo, defaultBranch: 'main' });
      pulls.set(name, new Map());
      await forge.create(name);
      await forge.commit(name, { message: 'The beginning', ...first, branch: 'main' });
    },

    async openPull(repository, { title, base, draft = false, fork, author, ...commit }) {
      const { name, defaultBranch } = known(repository);
      const into = base ?? defaultBranch;
      const source = fork === undefined ? repository : `${fork}/${name}`;
      if (
        fork !== undefined &&
        (await forge.resolve(source, `refs/heads/${into}`).catch(() => undefined)) === undefined
      )
        await forge.fork(source, repository);
      await forge.commit(source, { ...commit, from: `refs/heads/${into}` });
      const who = author === undefined ? {} : { author };
      return await register(repository, source, { title, branch: commit.branch, base: into, draft, ...who });
    },

    async push(repository, pull, commit) {
      const sha = await forge.commit(pull.head.repository, { ...commit, branch: pull.head.ref });
      const { number, head, base } = pull;
      await forge.fetchFrom(repository, head.repository, `refs/heads/${head.ref}`, `refs/pull/${number}/head`);
      const moved: Pull = {
        ...pull,
        base: { ...base, sha: (await forge.resolve(repository, `refs/heads/${base.ref}`)) ?? '' },
        head: { ...head, sha },
      };
      return put(repository, moved);
    },

    pulls: (repository) => state.pulls(repository),
    pull(repository, number) {
      const found = pulls.get(repository)?.get(number);
      if (found === undefined) throw new Error(`No pull request ${repository}#${number}.`);
      return found;
    },
    async retarget(repository, pull, base) {
      const sha = (await forge.resolve(repository, `refs/heads/${base}`)) ?? '';
      return put(repository, { ...pull, base: { ref: base, sha } });
    },
    closePull: (repository, pull) => put(repository, { ...pull, state: 'closed' }),

    async rename(from, to) {
      const repository = known(from);
      const [owner = '', name = ''] = to.split('/');
      if (owner === repository.owner) await asAdmin(`/repos/${from}`, { name }, 'PATCH');
      else await asAdmin(`/repos/${from}/transfer`, { new_owner: owner });
      repositories.delete(from);
      repositories.set(to, { ...repository, owner, name });
      pulls.set(to, new Map([...(pulls.get(from) ?? [])].map(([number, pull]) => [number, moved(pull, from, to)])));
      pulls.delete(from);
      state.renamed.set(from, to);
      await forge.rename(from, to);
    },
    suspend: (id) => void state.suspended.add(id),
    uninstall: (id) => void state.uninstalled.add(id),
    archive: (repository) => void state.archived.add(repository),
    async renameDefaultBranch(repository, to) {
      const { defaultBranch, ...rest } = known(repository);
      await forge.renameBranch(repository, defaultBranch, to);
      repositories.set(repository, { ...rest, defaultBranch: to });
      for (const pull of pulls.get(repository)?.values() ?? [])
        if (pull.base.ref === defaultBranch) put(repository, { ...pull, base: { ...pull.base, ref: to } });
    },

    conversations: state.conversations,
    allow: (repository, login, permission) =>
      void state.conversations.permissions.set(`${repository}/${login}`, permission),
    async say(repository, pull, login, body) {
      const comment = state.conversations.comment(repository, pull.number, login, body);
      const type = login.endsWith('[bot]') ? 'Bot' : 'User';
      await github.deliver(
        'issue_comment',
        {
          action: 'created',
          issue: { number: pull.number, state: pull.state, pull_request: { url: '' } },
          comment: { id: comment.id, body, user: { login, type } },
          sender: { login, type },
        },
        { repository },
      );
      return comment;
    },

    checkRuns: (repository, sha) =>
      [...checkRuns.runs.values()].filter(
        (run) => run.repository === repository && (sha === undefined || run.head_sha === sha),
      ),

    announce: (repository, pull, action, more = {}) =>
      github.deliver(
        'pull_request',
        { action, number: pull.number, pull_request: pullPayload(state.url, known(repository), pull), ...more },
        { repository },
      ),

    async deliver(event, payload, { repository, id = randomUUID(), signature, raw, headers = {} } = {}) {
      const where = repository === undefined ? {} : { repository: repositoryPayload(state.url, known(repository)) };
      const body = raw ?? JSON.stringify({ installation: { id: installation }, ...where, ...payload });
      const sum = createHmac('sha256', secret).update(body).digest('hex');
      const response = await fetch(github.webhookUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/tests',
          'x-github-event': event,
          'x-github-delivery': id,
          'x-hub-signature-256': signature ?? `sha256=${sum}`,
          ...headers,
        },
        body,
      });
      return { id, status: response.status, text: await response.text() };
    },

    async close() {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      await emulator.close();
      process.removeListener('exit', remove);
      remove();
      if (state.violations.length > 0) throw new Error(`GitHub would refuse:\n${state.violations.join('\n')}`);
    },
  };
  return github;
}
