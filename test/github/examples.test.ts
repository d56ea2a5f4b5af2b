import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { differences, examplePulls, exampleRepository } from '../support/examples.ts';
import { startGitHub, type GitHub } from '../support/github/github.ts';
import { startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
let github: GitHub;
let app: Serving;

beforeAll(async () => {
  github = await startGitHub();
  await github.createRepository(repository, { folder: exampleRepository });
  app = await startApp(github);
});
afterAll(async () => {
  await app.stop();
  await github.close();
});

async function check(name: string, fork?: string) {
  const example = examplePulls().find((each) => each.name === name)!;
  const branch = fork === undefined ? name : `${name}-of-${fork}`;
  const pull = await github.openPull(repository, {
    title: example.title,
    branch,
    folder: example.folder,
    ...(fork === undefined ? {} : { fork }),
  });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  const [run] = github.checkRuns(repository, pull.head.sha);
  return { run, differs: differences(example, run) };
}

test.each(examplePulls().map(({ name }) => name))(
  'The example %s gets the check run it must get, by the App as production runs it.',
  async (name) => expect((await check(name)).differs).toEqual([]),
  60_000,
);

test('A fork’s pull request gets the same review.', async () => {
  expect((await check('privileged-api', 'stranger')).differs).toEqual([]);
});

test('A pull request of 5,000 files is reviewed; GitHub’s own list of files would stop at 3,000.', async () => {
  const example = examplePulls().find(({ name }) => name === 'privileged-api')!;
  const files = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`docs/${index % 50}/page-${index}.md`, `Page ${index}\n`]),
  );
  const pull = await github.openPull(repository, { title: 'Many', branch: 'many', folder: example.folder, files });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  expect(differences(example, github.checkRuns(repository, pull.head.sha)[0])).toEqual([]);
});

test('The token that git used stands in no check run and in no request’s body.', () => {
  const written = JSON.stringify([github.checkRuns(repository), github.requests.map(({ body }) => body)]);
  expect(written).not.toContain('ghs_');
});
