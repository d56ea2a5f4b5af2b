import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import type { Review } from '../../src/github/job.ts';
import { PlimsollError } from '../../src/errors.ts';
import { startGitHub, type GitHub, type OpenPull } from '../support/github/github.ts';
import { annotation, reviewWith } from '../support/github/outcome.ts';
import { impatience, startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
let github: GitHub;
let app: Serving;

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', 'README.md': 'Hello' } });
});
afterEach(async () => {
  await app.stop();
  await github.close();
});

async function reviewed(review: Review, open: Partial<OpenPull> = {}, patience = impatience) {
  app = await startApp(github, { review, patience });
  const pull = await github.openPull(repository, {
    title: 'Change',
    branch: 'change',
    files: { 'a.yaml': 'a: 1' },
    ...open,
  });
  const delivery = await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  return { pull, delivery, runs: github.checkRuns(repository, pull.head.sha) };
}

describe('a check run', () => {
  test('is in progress while the review runs, and completed once with its result', async () => {
    const seen: string[] = [];
    const { delivery, runs } = await reviewed(async (job, access, signal) => {
      seen.push(...github.checkRuns(repository, job.headSha).map((run) => run.status));
      return reviewWith({ title: 'One fault', conclusion: 'failure', annotations: [annotation(1)] })(
        job,
        access,
        signal,
      );
    });
    expect(delivery.status).toBe(202);
    expect(seen).toEqual(['in_progress']);
    expect(runs).toEqual([
      expect.objectContaining({
        name: 'Plimsoll',
        status: 'completed',
        conclusion: 'failure',
        title: 'One fault',
        completions: 1,
        annotations: [annotation(1)],
      }),
    ]);
  });

  test('gets 120 annotations in three requests, none lost, and completes in the last', async () => {
    const annotations = Array.from({ length: 120 }, (_, index) => annotation(index + 1));
    const { runs } = await reviewed(reviewWith({ annotations, conclusion: 'failure' }));
    expect(runs[0]?.annotations).toEqual(annotations);
    expect(runs[0]?.completions).toBe(1);
    const patches = github.requests.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ body }) => (body as { status?: string }).status)).toEqual([
      undefined,
      undefined,
      'completed',
    ]);
  });

  test('has its summary cut at a whole line, counted in bytes, when it is too long', async () => {
    const { runs } = await reviewed(reviewWith({ summary: 'ä'.repeat(99).concat('\n').repeat(1000) }));
    expect(Buffer.byteLength(runs[0]?.summary ?? '')).toBeLessThanOrEqual(65_535);
    expect(runs[0]?.summary.split('\n').at(-1)).toBe('(Cut here: GitHub takes 65,535 characters.)');
    expect(runs[0]?.summary.split('\n').at(-3)).toBe('ä'.repeat(99));
  });

  test('says what its author can mend when the review is refused', async () => {
    const { runs } = await reviewed(() =>
      Promise.reject(
        new PlimsollError('chart-broken', 'The chart `x` is broken.', 'Mend it.', { file: 'x/a.yaml', line: 3 }),
      ),
    );
    expect(runs[0]).toMatchObject({ conclusion: 'failure', status: 'completed' });
    expect(runs[0]?.title).toMatch(/^Not judged: The chart/);
    expect(runs[0]?.summary).toContain('Mend it.');
    expect(runs[0]?.annotations[0]).toMatchObject({ path: 'x/a.yaml', start_line: 3 });
  });

  test('gives a bug an id and none of its text', async () => {
    const { runs } = await reviewed(() => Promise.reject(new TypeError('internal detail ghs_secret')));
    expect(runs[0]).toMatchObject({ conclusion: 'failure', title: 'Not judged: Plimsoll itself failed' });
    expect(runs[0]?.summary).toMatch(/noted in its log as `[0-9a-f]{12}`/);
    expect(runs[0]?.summary).not.toContain('internal detail');
  });

  test('is not made twice when the answer to its creation is lost', async () => {
    github.faults.push({ method: 'POST', path: /check-runs$/, cut: 'after', times: 1 });
    const { runs } = await reviewed(reviewWith());
    expect(runs.map(({ status, conclusion }) => [status, conclusion])).toEqual([['completed', 'success']]);
  });

  test('gets no annotation twice when the answer to a batch is lost', async () => {
    const annotations = Array.from({ length: 70 }, (_, index) => annotation(index + 1));
    github.faults.push({ method: 'PATCH', path: /check-runs\/\d+$/, cut: 'after', times: 1 });
    const { runs } = await reviewed(reviewWith({ annotations, conclusion: 'failure' }));
    expect(runs[0]?.annotations).toEqual(annotations);
    expect(runs[0]?.status).toBe('completed');
  });
});

describe('GitHub in trouble', () => {
  test('answering 500 twice delays a review and loses nothing', async () => {
    github.faults.push({ method: 'GET', path: /contents/, status: 500, times: 2 });
    github.faults.push({ method: 'PATCH', path: /check-runs/, status: 502, times: 2 });
    const { runs } = await reviewed(reviewWith());
    expect(runs[0]).toMatchObject({ status: 'completed', conclusion: 'success' });
  });

  test('answering 403 with Retry-After is waited for', async () => {
    const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    github.faults.push({
      method: 'PATCH',
      path: /check-runs/,
      status: 403,
      headers: { 'retry-after': '5' },
      body: { message },
      times: 1,
    });
    const started = performance.now();
    const { runs } = await reviewed(reviewWith());
    expect(performance.now() - started).toBeGreaterThanOrEqual(5 * impatience.second);
    expect(runs[0]).toMatchObject({ status: 'completed', conclusion: 'success' });
  });

  test('answering 422 to the annotations completes the check run with what it said', async () => {
    github.faults.push({ method: 'PATCH', path: /check-runs/, status: 422, times: 1 });
    const { runs } = await reviewed(reviewWith({ annotations: [annotation(1)] }));
    expect(runs[0]).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(runs[0]?.title).toContain('status 422');
  });

  test('not answering at all is given up and tried again', async () => {
    github.faults.push({ method: 'GET', path: /contents/, silent: true, times: 1 });
    const { runs } = await reviewed(reviewWith(), {}, { ...impatience, timeout: 200 });
    expect(runs[0]).toMatchObject({ status: 'completed', conclusion: 'success' });
  });

  test.each([
    ['breaks off', { cut: 'within' }],
    ['stops in the middle', { silent: 'within' }],
  ] as const)('with an answer that %s is asked again: half a settings file is none', async (_, how) => {
    const patience = { ...impatience, timeout: 1000 };
    for (const path of [/access_tokens/, /contents/, /compare/]) github.faults.push({ path, ...how, times: 1 });
    const read: unknown[] = [];
    const { runs } = await reviewed(
      async (job, access, signal) => {
        github.faults.push({ path: /contents/, ...how, times: 1 });
        read.push(await access.readFile('README.md', job.headSha), await access.mergeBase(job.baseSha, job.headSha));
        return reviewWith()(job, access, signal);
      },
      {},
      patience,
    );
    expect(read).toEqual(['Hello', expect.stringMatching(/^[0-9a-f]{40}$/)]);
    expect(runs).toMatchObject([{ status: 'completed', conclusion: 'success' }]);
  });

  test('failing the review itself is said in the check run', async () => {
    github.faults.push({ path: /compare/, status: 503 });
    const { runs } = await reviewed(async (job, access, signal) => {
      await access.mergeBase(job.baseSha, job.headSha);
      return reviewWith()(job, access, signal);
    });
    expect(runs[0]).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(runs[0]?.title).toContain('status 503, or not at all');
  });
});
