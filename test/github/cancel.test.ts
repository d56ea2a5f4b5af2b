import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import type { Review, ReviewJob } from '../../src/github/job.ts';
import { startGitHub, type GitHub } from '../support/github/github.ts';
import { reviewWith } from '../support/github/outcome.ts';
import { startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
let github: GitHub;
let app: Serving;
/** Settles when a review began that waits to be cancelled. */
let begun: PromiseWithResolvers<ReviewJob>;

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '' } });
  begun = Promise.withResolvers();
  app = await startApp(github, { review: slow });
});
const slow: Review = (job, access, signal) => {
  if (job.title !== 'Slow' || github.checkRuns(repository).length > 1) return reviewWith()(job, access, signal);
  begun.resolve(job);
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')));
  });
};
afterEach(async () => {
  await app.stop();
  await github.close();
});

test('A newer head stops the review of the older one, whose check run says so.', async () => {
  const pull = await github.openPull(repository, { title: 'Slow', branch: 'slow' });
  await github.announce(repository, pull, 'opened');
  await begun.promise;
  const moved = await github.push(repository, pull, { files: { 'b.yaml': 'b: 1' } });
  await github.announce(repository, moved, 'synchronize');
  await app.queue?.idle();
  expect(github.checkRuns(repository, pull.head.sha)).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
  expect(github.checkRuns(repository, pull.head.sha)[0]?.summary).toContain(moved.head.sha.slice(0, 12));
  expect(github.checkRuns(repository, moved.head.sha)).toMatchObject([{ conclusion: 'success', completions: 1 }]);
});

test('Closing a pull request stops its review.', async () => {
  const pull = await github.openPull(repository, { title: 'Slow', branch: 'slow' });
  await github.announce(repository, pull, 'opened');
  await begun.promise;
  await github.announce(repository, { ...pull, state: 'closed' }, 'closed');
  await app.queue?.idle();
  expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'cancelled', completions: 1 }]);
});

test('The webhook is answered while the review still runs.', async () => {
  const pull = await github.openPull(repository, { title: 'Slow', branch: 'slow' });
  expect((await github.announce(repository, pull, 'opened')).status).toBe(202);
  await begun.promise;
  expect(github.checkRuns(repository)).toMatchObject([{ status: 'in_progress' }]);
});

test('A server that stops hands back what runs, and its successor finishes it in the same check run.', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-store-'));
  await app.stop();
  app = await startApp(github, { place: { folder }, retries: 3, review: slow });
  const pull = await github.openPull(repository, { title: 'Slow', branch: 'slow' });
  await github.announce(repository, pull, 'opened');
  await begun.promise;
  await app.stop();
  expect(github.checkRuns(repository)).toMatchObject([{ status: 'in_progress' }]);
  app = await startApp(github, { place: { folder }, retries: 3, review: reviewWith() });
  await app.queue?.idle();
  expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'success', completions: 1 }]);
  rmSync(folder, { recursive: true, force: true });
});
