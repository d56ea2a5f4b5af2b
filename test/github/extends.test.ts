import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { startGitHub, type GitHub, type StoredCheckRun } from '../support/github/github.ts';
import { startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
const pod = (privileged: boolean): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: web }\nspec:\n  containers:\n    - name: web\n      image: registry.example.com/web:1.0\n      securityContext:\n        privileged: ${privileged}\n`;

let github: GitHub;
let app: Serving;

beforeEach(async () => {
  github = await startGitHub();
  app = await startApp(github);
});
afterEach(async () => {
  await app.stop();
  await github.close();
});

/** The check run of a pull request that makes a container privileged. */
async function reviewed(settings: string): Promise<StoredCheckRun | undefined> {
  await github.createRepository(repository, {
    files: { '.github/plimsoll.yml': settings, 'pod.yaml': pod(false) },
  });
  const pull = await github.openPull(repository, {
    title: 'Change',
    branch: 'change',
    files: { 'pod.yaml': pod(true) },
  });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  return github.checkRuns(repository, pull.head.sha)[0];
}

test('The organisation’s locked key decides, and the check run says that the repository’s does not.', async () => {
  await github.createRepository('acme/.github', {
    files: { '.github/plimsoll.yml': 'fail-on: high\nlocked: [fail-on]\n' },
  });
  const run = await reviewed('extends: .github\nfail-on: none\n');
  expect(run?.conclusion).toBe('failure');
  expect(run?.summary).toContain('is locked by acme/.github: what .github/plimsoll.yml says is not used.');
});

test('The inherited file is read by a token for that repository alone, which can only read contents.', async () => {
  await github.createRepository('acme/.github', { files: { '.github/plimsoll.yml': 'fail-on: none\n' } });
  expect((await reviewed('extends: .github\n'))?.conclusion).toBe('success');
  const tokens = github.requests.filter(({ path }) => path.endsWith('/access_tokens')).map(({ body }) => body);
  expect(tokens).toContainEqual({ repositories: ['.github'], permissions: { contents: 'read' } });
  expect(github.violations).toEqual([]);
});

test('An inherited file that is not there is not passed over: the settings need mending.', async () => {
  const run = await reviewed('extends: .github\nfail-on: none\n');
  expect(run?.conclusion).toBe('action_required');
  expect(run?.summary).toContain('or may not be read');
});
