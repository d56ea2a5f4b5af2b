import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { startGitHub, type GitHub } from '../support/github/github.ts';
import { reviewWith } from '../support/github/outcome.ts';
import { startApp } from '../support/github/start-app.ts';

let github: GitHub;
let app: Serving | undefined;

beforeAll(async () => {
  github = await startGitHub();
  await github.createRepository('acme/invited', { files: { '.github/plimsoll.yml': '' } });
  await github.createRepository('acme/uninvited', { files: { 'a.yaml': 'a: 1\n' } });
});
afterEach(async () => {
  await app?.stop();
});
afterAll(() => github.close());

/** Starts the App, which looks for missed work at once, and waits for the look's last request and what came of it. */
async function start(): Promise<void> {
  const before = github.requests.length;
  app = await startApp(github, { review: reviewWith(), watch: true });
  const looked = (): boolean =>
    github.requests.slice(before).filter(({ path }) => path.startsWith('/repos/acme/uninvited/contents/')).length > 1;
  while (!looked()) await new Promise((resolve) => setImmediate(resolve));
  await app.queue?.idle();
}

test('An open pull request that nobody told us of is reviewed at start, and only where we are invited.', async () => {
  const pull = await github.openPull('acme/invited', { title: 'Missed', branch: 'missed' });
  await github.openPull('acme/uninvited', { title: 'None of ours', branch: 'missed' });
  const closed = await github.openPull('acme/invited', { title: 'Closed', branch: 'closed' });
  github.closePull('acme/invited', closed);
  await start();
  expect(github.checkRuns('acme/invited')).toMatchObject([{ head_sha: pull.head.sha, conclusion: 'success' }]);
  expect(github.checkRuns('acme/uninvited')).toEqual([]);
});

test('What has a completed check run is left alone, also by a server with an empty store.', async () => {
  const before = github.checkRuns('acme/invited').length;
  await start();
  expect(github.checkRuns('acme/invited')).toHaveLength(before);
});

test('Deliveries that failed within the hour and never arrived are asked for again, once each.', async () => {
  const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  github.deliveries.push(
    { id: 1, guid: 'long-ago', delivered_at: at(90), status_code: 502 },
    { id: 2, guid: 'arrived-later', delivered_at: at(9), status_code: 502 },
    { id: 3, guid: 'arrived-later', delivered_at: at(8), status_code: 202 },
    { id: 4, guid: 'lost', delivered_at: at(7), status_code: 503 },
    { id: 5, guid: 'lost', delivered_at: at(6), status_code: 0 },
  );
  await start();
  expect(github.redelivered).toEqual([5]);
});
