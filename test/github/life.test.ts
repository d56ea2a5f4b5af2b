/** What else happens in a pull request's life, and to the repository it belongs to. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import type { Review } from '../../src/github/job.ts';
import type { Fault } from '../support/github/faults.ts';
import { faultReview } from '../support/github/fault-review.ts';
import { startGitHub, type GitHub, type Pull, type StoredCheckRun } from '../support/github/github.ts';
import { emptyDatabase, startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
let github: GitHub;
let app: Serving;

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', 'deploy.yaml': 'a: 1\n' } });
  app = await startApp(github, { review: faultReview(github) });
});
afterEach(async () => {
  await app.stop();
  await github.close();
});

const faults = (...lines: string[]): { files: Record<string, string> } => ({
  files: { 'deploy.yaml': ['a: 1', ...lines, ''].join('\n') },
});
const open = (more: object): Promise<Pull> =>
  github.openPull(repository, { title: 'Change', branch: 'change', ...faults('fault: one'), ...more });

async function announced(pull: Pull, action: string, more: object = {}, name = repository): Promise<void> {
  await github.announce(name, pull, action, more);
  await app.queue?.idle();
}

const runsOf = ({ head }: Pull, name = repository): StoredCheckRun[] => github.checkRuns(name, head.sha);
const threads = () => github.conversations.threads.map(({ line, isResolved }) => ({ line, isResolved }));
const writes = () =>
  github.requests.filter(({ method, path }) => method !== 'GET' && !/access_tokens|graphql/.test(path));

describe('a pull request', () => {
  test('from a fork is reviewed as any other, comments included', async () => {
    const pull = await open({ fork: 'stranger' });
    await announced(pull, 'opened');
    expect(runsOf(pull)).toMatchObject([{ conclusion: 'failure' }]);
    expect(threads()).toEqual([{ line: 2, isResolved: false }]);
  });

  test('whose fork was deleted is still reviewed', async () => {
    const pull = await open({ fork: 'stranger' });
    const head = { ref: pull.head.ref, sha: pull.head.sha, repo: null };
    const base = { ref: 'main', sha: pull.base.sha, repo: { full_name: repository } };
    const pull_request = { number: 1, title: 'Change', draft: false, base, head };
    await github.deliver('pull_request', { action: 'reopened', pull_request }, { repository });
    await app.queue?.idle();
    expect(runsOf(pull)).toMatchObject([{ conclusion: 'failure' }]);
  });

  test('by a bot is reviewed as any other', async () => {
    const pull = await open({ author: 'renovate[bot]' });
    await announced(pull, 'opened');
    expect(runsOf(pull)).toMatchObject([{ conclusion: 'failure' }]);
  });

  test('stacked on another is judged against that other; retargeted, against its new base', async () => {
    await open({ branch: 'first' });
    const stacked = await open({ branch: 'second', base: 'first', ...faults('fault: one', 'fault: two') });
    await announced(stacked, 'opened');
    expect(threads()).toEqual([{ line: 3, isResolved: false }]);
    const retargeted = await github.retarget(repository, stacked, 'main');
    await announced(retargeted, 'edited', { changes: { base: { ref: { from: 'first' } } } });
    expect(runsOf(retargeted).map(({ title }) => title)).toEqual([
      expect.stringContaining('1 problem introduced'),
      expect.stringContaining('2 problems introduced'),
    ]);
    expect(threads()).toEqual([
      { line: 3, isResolved: false },
      { line: 2, isResolved: false },
    ]);
  });

  test('force-pushed to an older state is judged by what it holds then', async () => {
    const pull = await open(faults('fault: one', 'fault: two'));
    await announced(pull, 'opened');
    const reset = await github.push(repository, pull, {
      ...faults('fault: two'),
      restart: true,
      from: 'refs/heads/main',
    });
    await announced(reset, 'synchronize');
    expect(runsOf(reset)[0]?.title).toContain('1 problem introduced');
    expect(threads()).toEqual([
      { line: 2, isResolved: true },
      { line: 3, isResolved: false },
    ]);
  });

  test('closed and opened again is judged again, and nothing is said twice', async () => {
    const pull = await open({});
    await announced(pull, 'opened');
    await announced(github.closePull(repository, pull), 'closed');
    await announced(pull, 'reopened');
    expect(runsOf(pull).map(({ conclusion }) => conclusion)).toEqual(['failure', 'failure']);
    expect(threads()).toHaveLength(1);
  });

  test('whose base has moved is judged by the base’s settings as they are now', async () => {
    const pull = await open({});
    const waivers = 'waivers:\n  - check: one\n    reason: needed\n';
    await github.forge.commit(repository, { branch: 'main', files: { '.github/plimsoll.yml': waivers } });
    // The event still names the base as it was when the pull request was made.
    await announced(pull, 'synchronize');
    expect(runsOf(pull)).toMatchObject([{ conclusion: 'success' }]);
  });

  test('cannot change the settings it is judged by', async () => {
    const settings = { '.github/plimsoll.yml': 'fail-on: none\nreview: false\n' };
    const pull = await open({ files: { ...faults('fault: one').files, ...settings } });
    await announced(pull, 'opened');
    expect(runsOf(pull)).toMatchObject([{ conclusion: 'failure' }]);
    expect(threads()).toHaveLength(1);
  });

  test('of which one check run is asked for again gets one new check run', async () => {
    const pull = await open({});
    await announced(pull, 'opened');
    await github.deliver('check_run', { action: 'rerequested', check_run: runsOf(pull)[0] }, { repository });
    await app.queue?.idle();
    expect(runsOf(pull).map(({ completions }) => completions)).toEqual([1, 1]);
    expect(threads()).toHaveLength(1);
  });

  test('with 500 findings gets all annotations, one review and a check run within the limits', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => `fault: f${index}`);
    const pull = await open(faults(...lines));
    await announced(pull, 'opened');
    expect(runsOf(pull)[0]?.annotations).toHaveLength(500);
    expect(runsOf(pull)[0]?.completions).toBe(1);
    expect(github.conversations.reviews).toHaveLength(1);
    expect(threads()).toHaveLength(30);
    expect(runsOf(pull)[0]?.summary).toContain('470 findings beyond that');
  });

  test('that was opened and closed at once leaves no check run in progress', async () => {
    const pull = await open({});
    await github.announce(repository, pull, 'opened');
    await github.announce(repository, github.closePull(repository, pull), 'closed');
    await app.queue?.idle();
    expect(runsOf(pull).filter(({ status }) => status !== 'completed')).toEqual([]);
  });
});

describe('a repository', () => {
  test('whose default branch was renamed goes on by its new name', async () => {
    const pull = await open({});
    await github.renameDefaultBranch(repository, 'trunk');
    const now = github.pull(repository, pull.number);
    await announced(now, 'edited', { changes: { base: { ref: { from: 'main' } } } });
    expect(runsOf(now)).toMatchObject([{ conclusion: 'failure' }]);
  });

  test('that was archived meanwhile is left alone', async () => {
    const pull = await open({});
    github.archive(repository);
    await announced(pull, 'synchronize');
    expect(writes()).toEqual([]);
  });

  test('that has another name by now is found by its former one', async () => {
    const to = 'acme/renamed';
    const pull = await open({});
    const late = { installation: { id: 77 }, repository: { name: 'gitops', owner: { login: 'acme' } } };
    await github.rename(repository, to);
    const base = { ref: 'main', sha: pull.base.sha, repo: { full_name: repository } };
    const head = { ref: 'change', sha: pull.head.sha, repo: { full_name: repository } };
    const pull_request = { number: 1, title: 'Change', draft: false, base, head };
    await github.deliver('pull_request', { action: 'opened', pull_request, ...late });
    await app.queue?.idle();
    expect(runsOf(pull, to)).toMatchObject([{ conclusion: 'failure', completions: 1 }]);
    expect(threads()).toHaveLength(1);
  });

  test('that has a new owner is reviewed by the owner’s own installation, also when the job is older than that', async () => {
    await app.stop();
    await github.close();
    github = await startGitHub({ others: { umbrella: 78 } });
    await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', 'deploy.yaml': 'a: 1\n' } });
    app = await startApp(github, { review: faultReview(github) });
    const pull = await open({});
    await github.rename(repository, 'umbrella/gitops');
    // As it was when the event happened.
    const late = { installation: { id: 77 }, repository: { name: 'gitops', owner: { login: 'acme' } } };
    await announced(github.pull('umbrella/gitops', 1), 'opened', late, 'umbrella/gitops');
    expect(runsOf(pull, 'umbrella/gitops')).toMatchObject([{ conclusion: 'failure', completions: 1 }]);
    expect(threads()).toHaveLength(1);
  });

  test.each([
    [
      'whose new owner has not installed the App',
      () => github.rename(repository, 'umbrella/gitops'),
      'umbrella/gitops',
    ],
    [
      'whose installation was suspended',
      () => {
        github.suspend(77);
        return undefined;
      },
      repository,
    ],
    [
      'whose installation was taken away',
      () => {
        github.uninstall(77);
        return undefined;
      },
      repository,
    ],
  ])('%s is left alone, and the job is not kept as a failure', async (_, happens, now) => {
    await app.stop();
    await github.close();
    github = await startGitHub({ others: { umbrella: undefined } });
    await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', 'deploy.yaml': 'a: 1\n' } });
    const database = await emptyDatabase();
    app = await startApp(github, { review: faultReview(github), place: { open: database } });
    await open({});
    await happens();
    const late = { installation: { id: 77 }, repository: { name: 'gitops', owner: { login: 'acme' } } };
    await announced(github.pull(now, 1), 'synchronize', late, now);
    expect(writes()).toEqual([]);
    expect(await database.query("select 1 from pgboss.job where name = 'review-dead'")).toEqual([]);
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
  });

  test('that just installed the App hears nothing of it', async () => {
    const repositories = [{ id: 1, name: 'gitops', full_name: repository }];
    await github.deliver('installation', { action: 'created', repositories });
    await github.deliver('installation_repositories', { action: 'added', repositories_added: repositories });
    await github.deliver('repository', { action: 'transferred' }, { repository });
    await app.queue?.idle();
    expect(github.requests).toEqual([]);
  });
});

describe('a merge queue', () => {
  async function group(name: string, lines: readonly string[]): Promise<StoredCheckRun | undefined> {
    const base_sha = (await github.forge.resolve(name, 'refs/heads/main')) ?? '';
    const branch = 'gh-readonly-queue/main/pr-1';
    const head_sha = await github.forge.commit(name, { branch, from: 'refs/heads/main', ...faults(...lines) });
    const merge_group = { head_sha, head_ref: `refs/heads/${branch}`, base_sha, base_ref: 'refs/heads/main' };
    await github.deliver('merge_group', { action: 'checks_requested', merge_group }, { repository: name });
    await app.queue?.idle();
    return github.checkRuns(name, head_sha)[0];
  }

  test('is judged on its own head, without buttons or comments', async () => {
    expect(await group(repository, ['fault: one'])).toMatchObject({ conclusion: 'failure', actions: [] });
    expect(github.conversations.reviews).toEqual([]);
  });

  test('passes when the group introduces nothing', async () => {
    expect(await group(repository, ['b: 2'])).toMatchObject({ conclusion: 'success', completions: 1 });
  });

  test.each<[string, Review | undefined, Fault | undefined, string]>([
    [
      'a review that meets an error of our own',
      () => Promise.reject(new TypeError('x of undefined')),
      undefined,
      'Not judged: Plimsoll itself failed',
    ],
    [
      'a repository that cannot be read',
      undefined,
      { method: 'GET', path: /contents/, status: 500 },
      'Not judged: GitHub answered a request of this review with status 500, or not at all.',
    ],
    [
      'a check run of which GitHub takes no annotation',
      undefined,
      { method: 'PATCH', path: /check-runs/, status: 422, times: 1 },
      'Not judged: GitHub answered a request of this review with status 422, or not at all.',
    ],
  ])('is not stalled by %s', async (_, review, fault, title) => {
    await app.stop();
    app = await startApp(github, { review: review ?? faultReview(github) });
    if (fault !== undefined) github.faults.push(fault);
    expect(await group(repository, ['fault: one'])).toMatchObject({
      conclusion: 'failure',
      status: 'completed',
      completions: 1,
      title,
    });
  });

  test('is not stalled in a repository that did not opt in', async () => {
    await github.createRepository('acme/other', { files: { 'README.md': '' } });
    expect(await group('acme/other', ['fault: one'])).toMatchObject({
      conclusion: 'neutral',
      status: 'completed',
      title: 'Not opted in',
    });
  });

  test('is not stalled there either when GitHub refuses to take that at first', async () => {
    await github.createRepository('acme/other', { files: { 'README.md': '' } });
    github.faults.push({ method: 'PATCH', path: /check-runs/, status: 422, times: 1 });
    expect(await group('acme/other', ['fault: one'])).toMatchObject({ conclusion: 'failure', status: 'completed' });
  });
});
