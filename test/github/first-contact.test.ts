import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { startGitHub, type GitHub, type StoredCheckRun } from '../support/github/github.ts';
import { startApp } from '../support/github/start-app.ts';

const repository = 'acme/new';
let github: GitHub;
let app: Serving;

beforeAll(async () => {
  github = await startGitHub();
  const pod = [
    'apiVersion: v1',
    'kind: Pod',
    'metadata: { name: web }',
    'spec:',
    '  hostNetwork: true',
    '  containers:',
  ];
  const container = [
    '    - name: app',
    '      image: registry.example.com/app:1.2.3',
    '      securityContext: { privileged: true }',
    '',
  ];
  await github.createRepository(repository, { files: { 'apps/web/pod.yaml': [...pod, ...container].join('\n') } });
  app = await startApp(github);
});
afterAll(async () => {
  await app.stop();
  await github.close();
});

async function brought(branch: string, files: Record<string, string>, more: object = {}): Promise<StoredCheckRun[]> {
  const pull = await github.openPull(repository, { title: 'Opt in', branch, files, ...more });
  await github.announce(repository, pull, 'opened');
  await app.queue?.idle();
  return github.checkRuns(repository, pull.head.sha);
}

test.each([{}, { fork: 'stranger' }])(
  'The first settings are validated, and what stands on the base today is counted: %j.',
  async (more) => {
    // What the pull request itself adds is not what stands there today.
    const files = { '.github/plimsoll.yml': 'fail-on: low\n', 'apps/more/pod.yaml': 'apiVersion: v1\nkind: Pod\n' };
    const [run, ...others] = await brought('in', files, more);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ status: 'completed', conclusion: 'neutral', annotations: [] });
    expect(run?.title).toMatch(/^Settings are valid: 1 unit to watch, \d+ findings there today$/);
    expect(run?.summary).toMatch(/\| `privileged-container` \| 1 \|/);
    expect(run?.summary).toContain('None of them will ever fail a pull request that does not bring it.');
    expect(github.conversations.reviews).toEqual([]);
  },
  60_000,
);

test('The first settings’ faults stand on their lines, and nothing else is said.', async () => {
  const [run] = await brought('wrong', { '.github/plimsoll.yml': '# Ours.\nfail-onn: low\n' });
  expect(run).toMatchObject({ conclusion: 'neutral' });
  expect(run?.title).toContain('Settings not valid yet');
  expect(run?.annotations).toMatchObject([
    { path: '.github/plimsoll.yml', start_line: 2, annotation_level: 'warning' },
  ]);
});

test('A pull request without settings gets nothing.', async () => {
  expect(await brought('none', { 'apps/more/pod.yaml': 'apiVersion: v1\nkind: Pod\n' })).toEqual([]);
});

test.each([
  ['', 'neutral'],
  ['nothing-to-judge: success\n', 'success'],
])(
  'Where there are settings (%j), a diff that renders nothing ends %s.',
  async (settings, conclusion) => {
    const name = `acme/settled-${conclusion}`;
    await github.createRepository(name, { files: { '.github/plimsoll.yml': settings } });
    const pull = await github.openPull(name, { title: 'Words', branch: 'words', files: { 'README.md': 'More.\n' } });
    await github.announce(name, pull, 'opened');
    await app.queue?.idle();
    expect(github.checkRuns(name, pull.head.sha)).toMatchObject([{ conclusion, annotations: [] }]);
    // A merge queue gets the same.
    const [head_ref, base_ref] = ['refs/heads/gh-readonly-queue/main/pr-1', 'refs/heads/main'];
    const branch = 'gh-readonly-queue/main/pr-1';
    const head_sha = await github.forge.commit(name, { branch, from: base_ref, files: { 'README.md': 'Most.\n' } });
    const merge_group = { head_sha, head_ref, base_sha: pull.base.sha, base_ref };
    await github.deliver('merge_group', { action: 'checks_requested', merge_group }, { repository: name });
    await app.queue?.idle();
    expect(github.checkRuns(name, head_sha)).toMatchObject([{ status: 'completed', conclusion }]);
  },
  60_000,
);

test('Where nothing contains what a stranger’s chart does, the first settings are not tried, and the check run says why.', async () => {
  await app.stop();
  app = await startApp(github, { env: { PLIMSOLL_SANDBOX: 'off' } });
  const [run] = await brought('uncontained', { '.github/plimsoll.yml': 'fail-on: low\n' }, { fork: 'another' });
  expect(run).toMatchObject({ conclusion: 'neutral', title: 'Not rendered: sandbox unavailable' });
  expect(run?.summary).toContain('comes from a fork');
}, 60_000);
