/** What a push to the default branch leaves behind: counts in the store, and nothing at the host. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import type { Database } from '../../src/store/database.ts';
import { readTrend } from '../../src/store/reports.ts';
import { startGitHub, type GitHub } from '../support/github/github.ts';
import { emptyDatabase, startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
const file = 'apps/web/pod.yaml';
let github: GitHub;
let database: Database;
let app: Serving;

const pod = (privileged: boolean): string =>
  [
    'apiVersion: v1',
    'kind: Pod',
    'metadata: { name: web }',
    'spec:',
    '  containers:',
    '    - name: app',
    '      image: registry.example.com/app:1.2.3',
    `      securityContext: { privileged: ${privileged} }`,
    '',
  ].join('\n');

beforeAll(async () => {
  github = await startGitHub();
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', [file]: pod(true) } });
  await github.createRepository('acme/uninvited', { files: { [file]: pod(true) } });
  database = await emptyDatabase();
  app = await startApp(github, { place: { open: database } });
});
afterAll(async () => {
  await app.stop();
  await github.close();
});

async function pushed(name: string, files: Record<string, string>, branch = 'main'): Promise<string> {
  const after = await github.forge.commit(name, { branch, from: 'refs/heads/main', files });
  const answer = await github.deliver(
    'push',
    { ref: `refs/heads/${branch}`, after, deleted: false },
    { repository: name },
  );
  expect(answer.status).toBe(202);
  await app.queue?.idle();
  return after;
}

test('Each push is a point of the trend, by the settings of its own commit, and nothing is posted.', async () => {
  const first = await pushed(repository, { 'README.md': 'One' });
  const second = await pushed(repository, { [file]: pod(false) });
  const third = await pushed(repository, {
    [file]: pod(true),
    '.github/plimsoll.yml': 'waivers:\n  - check: privileged-container\n    reason: It is the node agent.\n',
  });
  const trend = await readTrend(database, repository);
  expect(trend.map(({ commit, counts }) => [commit, counts.checks['privileged-container'], counts.waived])).toEqual([
    [first, 1, 0],
    [second, undefined, 0],
    [third, undefined, 1],
  ]);
  for (const { counts } of trend) {
    expect(counts.units).toEqual({ rendered: 1, failed: 0, skipped: 0 });
    expect(counts.notJudged).toBe(0);
    expect(Object.values(counts.introduced)).toEqual([0, 0, 0, 0, 0]);
  }
  const written = github.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('access_tokens'));
  expect(written).toEqual([]);
});

test('Other branches, and repositories that never asked for us, leave nothing.', async () => {
  const before = await readTrend(database, repository);
  await pushed(repository, { 'README.md': 'Two' }, 'topic');
  await pushed('acme/uninvited', { 'README.md': 'One' });
  expect(await readTrend(database, repository)).toEqual(before);
  expect(await readTrend(database, 'acme/uninvited')).toEqual([]);
});

test('A push that is too old to be found is not tried for ever.', async () => {
  await github.deliver('push', { ref: 'refs/heads/main', after: 'd'.repeat(40) }, { repository });
  await app.queue?.idle();
  expect(await database.query("select 1 from pgboss.job where name = 'review-dead'")).toEqual([]);
});
