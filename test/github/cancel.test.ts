import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import type { ReviewJob } from '../../src/github/job.ts';
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
  app = await startApp(github, {
    review: (job, access, signal) => {
      if (job.title !== 'Slow' || github.checkRuns(repository).length > 1) return reviewWith()(job, access, signal);
      begun.resolve(job);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    },
  });
});
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

test('Stopping the server concludes what runs.', async () => {
  const pull = await github.openPull(repository, { title: 'Slow', branch: 'slow' });
  await github.announce(repository, pull, 'opened');
  await begun.promise;
  await app.stop();
  expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'cancelled' }]);
  expect(github.checkRuns(repository)[0]?.summary).toContain('shutting down');
});
