import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import type { ReviewJob } from '../../src/github/job.ts';
import { pullPayload } from '../support/github/payloads.ts';
import { startGitHub, type GitHub, type Pull } from '../support/github/github.ts';
import { reviewWith } from '../support/github/outcome.ts';
import { startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
let github: GitHub;
let app: Serving;
let jobs: ReviewJob[];

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', 'README.md': 'Hello' } });
  jobs = [];
  app = await startApp(github, {
    review: (job, access, signal) => {
      jobs.push(job);
      return reviewWith()(job, access, signal);
    },
  });
});
afterEach(async () => {
  await app.stop();
  await github.close();
});

const open = (more: object = {}): Promise<Pull> =>
  github.openPull(repository, { title: 'Change', branch: 'change', files: { 'a.yaml': 'a: 1' }, ...more });

describe('a webhook', () => {
  test('with a wrong signature is refused with 401 and nothing is done', async () => {
    const answer = await github.deliver('pull_request', {}, { signature: `sha256=${'0'.repeat(64)}` });
    expect(answer).toMatchObject({ status: 401, text: expect.stringContaining('WEBHOOK_SECRET') });
    expect((await github.deliver('pull_request', {}, { signature: 'none' })).status).toBe(401);
    expect(github.requests).toEqual([]);
  });

  test('is parsed only once its signature is right', async () => {
    // With the right one these are refused as no JSON (400), as of another type (415), or for a field that is missing.
    const forged = { signature: `sha256=${'0'.repeat(64)}` };
    const bodies = ['{', 'not json', '\u0000', '['.repeat(100_000), '{"action":1}'];
    const parse = jest.spyOn(JSON, 'parse');
    try {
      for (const raw of bodies) {
        expect((await github.deliver('pull_request', {}, { raw, ...forged })).status).toBe(401);
        const unsigned = await github.deliver('pull_request', {}, { raw, headers: { 'x-hub-signature-256': '' } });
        expect(unsigned.status).toBe(401);
      }
      const parsed = parse.mock.calls.map(([text]) => text);
      expect(bodies.filter((raw) => parsed.includes(raw))).toEqual([]);
      await github.deliver('pull_request', {}, { raw: '{"signed":1}' });
      expect(parse.mock.calls.map(([text]) => text)).toContain('{"signed":1}');
    } finally {
      parse.mockRestore();
    }
    expect(github.requests).toEqual([]);
  });

  test.each([
    ['an unknown event', 'made_up_event', 202],
    ['an event of no interest', 'star', 202],
  ])('of %s is taken and ignored', async (_, event, status) => {
    expect((await github.deliver(event, { action: 'created' }, { repository })).status).toBe(status);
    await app.queue?.idle();
    expect(github.requests).toEqual([]);
  });

  test('that lacks a field is refused with 400, naming the field', async () => {
    const answer = await github.deliver(
      'pull_request',
      { action: 'opened', pull_request: { number: 1 } },
      { repository },
    );
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('pull_request.title');
    const without = await github.deliver('pull_request', { action: 'opened', installation: null }, { repository });
    expect(without).toMatchObject({ status: 400, text: expect.stringContaining('installation') });
  });

  test.each(['', 'not json', '[]', 'null'])('with the body %j is refused with 400', async (raw) => {
    expect((await github.deliver('pull_request', {}, { raw })).status).toBe(400);
  });

  test('over 25 MB is refused with 413, by its length or by what comes', async () => {
    const raw = `"${'x'.repeat(25 * 2 ** 20)}"`;
    const refused = await github.deliver('pull_request', {}, { raw }).catch((error: unknown) => error);
    // The connection may be closed before all is sent.
    expect(refused instanceof Error || (refused as { status: number }).status === 413).toBe(true);
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
  });

  test('without the headers of GitHub is refused', async () => {
    const missing = await github.deliver('pull_request', {}, { headers: { 'x-github-delivery': '' } });
    expect(missing.status).toBe(400);
    expect((await github.deliver('x', {}, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await fetch(github.webhookUrl)).status).toBe(405);
  });

  test('delivered twice is reviewed once', async () => {
    const pull = await open();
    const payload = {
      action: 'opened',
      pull_request: pullPayload(github.url, { id: 1, owner: 'acme', name: 'gitops', defaultBranch: 'main' }, pull),
    };
    await github.deliver('pull_request', payload, { repository, id: 'one-guid' });
    await app.queue?.idle();
    expect((await github.deliver('pull_request', payload, { repository, id: 'one-guid' })).status).toBe(202);
    await app.queue?.idle();
    expect(jobs).toHaveLength(1);
  });
});

describe('what is reviewed', () => {
  test.each(['opened', 'synchronize', 'reopened', 'ready_for_review'])('a pull request that was %s', async (action) => {
    const pull = await open();
    await github.announce(repository, pull, action);
    await app.queue?.idle();
    expect(jobs).toMatchObject([{ pull: 1, headSha: pull.head.sha, baseSha: pull.base.sha, fork: false }]);
  });

  test('an edited pull request only when its base changed', async () => {
    const pull = await open();
    await github.announce(repository, pull, 'edited', { changes: { title: { from: 'x' } } });
    await github.announce(repository, pull, 'labeled');
    await app.queue?.idle();
    expect(jobs).toEqual([]);
    await github.announce(repository, pull, 'edited', { changes: { base: { ref: { from: 'old' } } } });
    await app.queue?.idle();
    expect(jobs).toHaveLength(1);
  });

  test('a fork’s pull request, through the base repository', async () => {
    const pull = await open({ fork: 'stranger' });
    await github.announce(repository, pull, 'opened');
    await app.queue?.idle();
    expect(jobs).toMatchObject([{ owner: 'acme', fork: true }]);
    expect(github.checkRuns(repository, pull.head.sha)).toHaveLength(1);
  });

  test('a merge group, on its own head', async () => {
    const base = (await github.forge.resolve(repository, 'refs/heads/main')) ?? '';
    const head = await github.forge.commit(repository, {
      branch: 'gh-readonly-queue/main/pr-1',
      from: 'refs/heads/main',
    });
    const group = {
      head_sha: head,
      head_ref: 'refs/heads/gh-readonly-queue/main/pr-1',
      base_sha: base,
      base_ref: 'refs/heads/main',
    };
    await github.deliver('merge_group', { action: 'checks_requested', merge_group: group }, { repository });
    await app.queue?.idle();
    expect(jobs).toMatchObject([{ event: 'merge_group', headSha: head, baseSha: base }]);
    expect(github.checkRuns(repository, head)).toMatchObject([{ conclusion: 'success' }]);
  });

  test('a check run or suite asked for again, also where GitHub names no pull request', async () => {
    const pull = await open({ fork: 'stranger' });
    await github.announce(repository, pull, 'opened');
    await app.queue?.idle();
    const [run] = github.checkRuns(repository, pull.head.sha);
    const check_run = { ...run, pull_requests: [] };
    await github.deliver('check_run', { action: 'rerequested', check_run }, { repository });
    await app.queue?.idle();
    const check_suite = { head_sha: pull.head.sha, pull_requests: [] };
    await github.deliver('check_suite', { action: 'rerequested', check_suite }, { repository });
    await app.queue?.idle();
    expect(jobs.map(({ event, pull: number, baseSha, fork }) => [event, number, baseSha, fork])).toEqual([
      ['pull_request', 1, pull.base.sha, true],
      ['check_run', 1, pull.base.sha, true],
      ['check_suite', 1, pull.base.sha, true],
    ]);
    expect(github.checkRuns(repository, pull.head.sha).map(({ completions }) => completions)).toEqual([1, 1, 1]);
  });

  test('not another App’s check run, nor an outdated head asked for again', async () => {
    const pull = await open();
    const check_run = { name: 'Another', head_sha: pull.head.sha, pull_requests: [] };
    await github.deliver('check_run', { action: 'rerequested', check_run }, { repository });
    const outdated = { name: 'Plimsoll', head_sha: pull.base.sha, external_id: 'pull/1/x', pull_requests: [] };
    await github.deliver('check_run', { action: 'rerequested', check_run: outdated }, { repository });
    await app.queue?.idle();
    expect(jobs).toEqual([]);
  });

  test('nothing where neither base nor head has settings', async () => {
    await github.createRepository('acme/other', { files: { 'README.md': '' } });
    const pull = await github.openPull('acme/other', { title: 'No', branch: 'no', files: { 'a.yaml': 'a: 1' } });
    await github.announce('acme/other', pull, 'opened');
    await app.queue?.idle();
    expect(jobs).toEqual([]);
    const writes = github.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('access_tokens'));
    expect(writes).toEqual([]);
  });
});
