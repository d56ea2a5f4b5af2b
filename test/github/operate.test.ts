/** What an operator relies on: nothing is answered that is not stored, what fails is tried again or kept, and all of it is counted. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import type { Review } from '../../src/github/job.ts';
import { PlimsollError } from '../../src/errors.ts';
import type { Database } from '../../src/store/database.ts';
import { readReport } from '../../src/store/reports.ts';
import { startGitHub, type GitHub } from '../support/github/github.ts';
import { reviewWith } from '../support/github/outcome.ts';
import { emptyDatabase, startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
let github: GitHub;
let database: Database;
let app: Serving | undefined;

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '' } });
  database = await emptyDatabase();
});
afterEach(async () => {
  await app?.stop();
  await github.close();
});

test('A delivery that cannot be stored is answered with 503, so that GitHub counts it as failed.', async () => {
  app = await startApp(github, { place: { open: database }, review: reviewWith() });
  await database.query('alter table plimsoll.delivery rename to lost');
  const pull = await github.openPull(repository, { title: 'One', branch: 'one' });
  expect((await github.announce(repository, pull, 'opened')).status).toBe(503);
  await database.query('alter table plimsoll.lost rename to delivery');
  expect((await github.announce(repository, pull, 'opened')).status).toBe(202);
  await app.queue?.idle();
  expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'success' }]);
});

test('A review that GitHub’s trouble keeps from ending leaves its check run open, and is tried again.', async () => {
  let tries = 0;
  app = await startApp(github, {
    place: { open: database },
    retries: 1,
    review: (...of) => {
      tries += 1;
      const outage = new PlimsollError('repository-unreachable', 'The repository does not answer.', 'Try again.');
      return tries === 1 ? Promise.reject(outage) : reviewWith()(...of);
    },
  });
  const pull = await github.openPull(repository, { title: 'One', branch: 'one' });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  expect(tries).toBe(2);
  expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'success', completions: 1 }]);
});

test('What fails at the last try too says so in the check run, and is kept.', async () => {
  app = await startApp(github, {
    place: { open: database },
    review: () =>
      Promise.reject(new PlimsollError('repository-unreachable', 'The repository does not answer.', 'Try again.')),
  });
  const pull = await github.openPull(repository, { title: 'One', branch: 'one' });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'failure' }]);
  expect(github.checkRuns(repository)[0]?.summary).toContain('The repository does not answer.');
  expect(github.checkRuns(repository)[0]?.summary).toMatch(/Given up after one try, and kept as `[-0-9a-f]+`/);
  const bug = await startOver(() => Promise.reject(new TypeError('x of undefined')));
  expect(bug).toMatch(/noted in its log as `[0-9a-f]{12}`/);
  expect(
    await database.query("select 1 from pgboss.job where name = 'review-dead' and state = 'created'"),
  ).toHaveLength(2);
});

test('Reports are kept by head, and metrics count without a word of the repository.', async () => {
  app = await startApp(github, { place: { open: database }, review: reviewWith() });
  const pull = await github.openPull(repository, { title: 'One', branch: 'one' });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  expect(await readReport(database, { repository, head: pull.head.sha })).toBeDefined();
  const page = await fetch(`${app.url}/metrics`);
  const text = await page.text();
  expect(page.headers.get('content-type')).toContain('text/plain');
  expect(text).toContain('plimsoll_deliveries_total{event="pull_request",status="202"} 1');
  expect(text).toContain('plimsoll_job_tries_total{end="done"} 1');
  expect(text).toContain('plimsoll_jobs{state="waiting"} 0');
  expect(text).toContain('plimsoll_review_seconds_count{conclusion="success"} 1');
  expect(text).not.toContain('acme');
});

/** A second server on the same database, for another pull request; gives the summary its check run ends with. */
async function startOver(review: Review): Promise<string> {
  await app?.stop();
  app = await startApp(github, { place: { open: database }, review });
  const pull = await github.openPull(repository, { title: 'Two', branch: 'two' });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  return github.checkRuns(repository, pull.head.sha)[0]?.summary ?? '';
}
