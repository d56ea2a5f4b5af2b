import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { startGitHub, type GitHub } from '../support/github/github.ts';
import { startApp } from '../support/github/start-app.ts';
import { openArena, type Arena } from './arena.ts';
import { reviewPull } from './pull.ts';

/** A pull request that accepts its own faults is judged without that: settings, annotations and comments count as the base has them. */
const pod = (more: { annotation?: string; comment?: string; before?: string } = {}): string =>
  [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    '  name: p',
    ...(more.annotation === undefined ? [] : ['  annotations:', `    ${more.annotation}`]),
    'spec:',
    '  containers:',
    '    - name: c',
    '      image: c:1',
    '      securityContext:',
    ...(more.before === undefined ? [] : [`        ${more.before}`]),
    `        privileged: true${more.comment === undefined ? '' : ` ${more.comment}`}`,
    '',
  ].join('\n');

const waivers = [
  { annotation: 'plimsoll.dev/waive.privileged-container: it is fine' },
  { annotation: 'ignore-check.kube-linter.io/privileged-container: it is fine' },
  { annotation: 'polaris.fairwinds.com/exempt: "true"' },
  { comment: '# plimsoll: waive privileged-container -- it is fine' },
  { before: '# plimsoll: waive privileged-container -- it is fine' },
];

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(async () => {
  await arena[Symbol.asyncDispose]();
});

test.each(waivers)('a waiver that comes with the fault does not count: %j', async (more) => {
  const report = await reviewPull({ head: { 'p/p.yaml': pod(more) } }, arena.state.sandbox);
  expect(report.findings).toMatchObject([{ check: 'privileged-container', status: 'introduced' }]);
  expect(report.findings[0]?.waiver).toBeUndefined();
  expect(report.conclusion).toBe('failure');
});

test.each(waivers)('a waiver that is added to a fault of the base does not count: %j', async (more) => {
  const report = await reviewPull(
    { base: { 'p/p.yaml': pod() }, head: { 'p/p.yaml': pod(more) }, settings: { report: 'all' } },
    arena.state.sandbox,
  );
  expect(report.findings).toMatchObject([{ check: 'privileged-container', status: 'existing' }]);
  expect(report.findings[0]?.waiver).toBeUndefined();
});

test.each(waivers)('a waiver that the base has counts: %j', async (more) => {
  const report = await reviewPull(
    {
      base: { 'p/p.yaml': pod(more) },
      head: { 'p/p.yaml': pod(more).replace('c:1', 'c:2') },
      settings: { report: 'all' },
    },
    arena.state.sandbox,
  );
  expect(report.findings).toMatchObject([{ check: 'privileged-container', waiver: { reason: expect.any(String) } }]);
});

describe('settings count as the base has them, when the pull request', () => {
  let github: GitHub;
  let app: Serving;
  beforeAll(async () => {
    github = await startGitHub();
    app = await startApp(github);
  });
  afterAll(async () => {
    await app.stop();
    await github.close();
  });

  test.each([
    ['switches the check off', 'checks: { privileged-container: off }\n'],
    ['lets nothing fail', 'fail-on: none\n'],
    ['leaves the file out', 'exclude: ["p/**"]\n'],
    ['waives it', 'waivers:\n  - { check: privileged-container, reason: it is fine, owner: me }\n'],
    ['takes the settings away', null],
  ])(
    '%s',
    async (title, settings) => {
      const repository = `acme/${title.replaceAll(' ', '-')}`;
      await github.createRepository(repository, { files: { '.github/plimsoll.yml': 'fail-on: high\n' } });
      const files = { 'p/p.yaml': pod(), '.github/plimsoll.yml': settings };
      const pull = await github.openPull(repository, { title, branch: 'x', files, fork: 'stranger' });
      await github.announce(repository, pull, 'opened');
      await app.queue?.idle();
      const [run] = github.checkRuns(repository, pull.head.sha);
      expect(run).toMatchObject({ conclusion: 'failure' });
      expect(run?.annotations.map(({ path, title: shown }) => [path, shown])).toContainEqual([
        'p/p.yaml',
        expect.stringMatching(/privileged/i),
      ]);
    },
    60_000,
  );
});
