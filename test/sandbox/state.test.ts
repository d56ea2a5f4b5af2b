import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { findProgram, locateTools } from '../../src/render/tools.ts';
import { startGitHub, type GitHub, type OpenPull, type StoredCheckRun } from '../support/github/github.ts';
import { isRoot, makePlace } from '../support/container.ts';
import { startApp } from '../support/github/start-app.ts';

/** What a server says and does where isolation is missing from the start, or gone while it runs. */
const repository = 'acme/gitops';
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "c:1"}]}\n';
const chart = { 'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n', 'c/templates/p.yaml': pod };

let programs: string;
let github: GitHub;
let app: Serving | undefined;
beforeEach(async () => {
  programs = mkdtempSync(join(tmpdir(), 'plimsoll-programs-'));
  chmodSync(programs, 0o755);
  for (const name of ['setpriv', 'prlimit', 'unshare'])
    symlinkSync(findProgram(name, process.env) ?? '', join(programs, name));
  github = await startGitHub();
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': 'fail-on: critical\n' } });
});
afterEach(async () => {
  await app?.stop();
  await github.close();
  rmSync(programs, { recursive: true, force: true });
});

/** From now on, unshare fails as it does where user namespaces are closed. */
function closeNamespaces(): void {
  const unshare = join(programs, 'unshare');
  rmSync(unshare);
  writeFileSync(unshare, '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n', {
    mode: 0o755,
  });
}

function openNamespaces(): void {
  rmSync(join(programs, 'unshare'));
  symlinkSync(findProgram('unshare', process.env) ?? '', join(programs, 'unshare'));
}

/** With bwrap out of reach, so that only the jail is left. */
async function start(sandbox: 'auto' | 'require'): Promise<Serving> {
  const { helm, kustomize } = await locateTools(process.env);
  const env = {
    PATH: programs,
    PLIMSOLL_HELM: helm.path,
    PLIMSOLL_KUSTOMIZE: kustomize.path,
    PLIMSOLL_SANDBOX: sandbox,
  };
  return (app = await startApp(github, { env }));
}

async function reviewed(open: Partial<OpenPull>): Promise<StoredCheckRun | undefined> {
  const branch = `change-${github.requests.length}`;
  const pull = await github.openPull(repository, { title: 'Change', branch, files: chart, ...open });
  await github.announce(repository, pull, 'opened');
  await app?.queue?.idle();
  return github.checkRuns(repository, pull.head.sha)[0];
}

const readiness = async (): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${app?.url ?? ''}/readyz`);
  return { status: answer.status, body: await answer.json() };
};

const closed = expect.stringContaining('unshare failed: Operation not permitted');

test('without isolation, auto renders for the repository’s own people, says so in every check run, and not for forks', async () => {
  closeNamespaces();
  await start('auto');
  expect(await readiness()).toEqual({
    status: 200,
    body: {
      ready: true,
      reasons: expect.arrayContaining([closed]),
      sandbox: { mode: 'auto', backend: 'none', proven: false },
    },
  });

  const own = await reviewed({});
  expect(own).toMatchObject({ status: 'completed', conclusion: 'success' });
  expect(own?.summary).toContain('Rendered without isolation: no sandbox works on this server');

  const fork = await reviewed({ fork: 'stranger' });
  expect(fork).toMatchObject({ conclusion: 'neutral', title: 'Not rendered: sandbox unavailable' });
  expect(fork?.summary).toContain('this pull request comes from a fork, and no sandbox works on this server');
  expect(fork?.summary).toContain('Operation not permitted');
  expect(fork?.annotations).toEqual([]);
});

test('isolation that is lost while the server runs ends green check runs until it is proven again', async () => {
  await start('require');
  expect(await readiness()).toMatchObject({ status: 200, body: { sandbox: { backend: 'jail', proven: true } } });
  const before = await reviewed({});
  expect(before).toMatchObject({ conclusion: 'success' });
  expect(before?.summary).not.toContain('isolation');

  closeNamespaces();
  // What the hourly proof does.
  await app?.sandbox?.prove();
  expect(await readiness()).toEqual({
    status: 503,
    body: {
      ready: false,
      reasons: [closed],
      sandbox: { mode: 'require', backend: 'jail', proven: false, provenAt: expect.any(String) },
    },
  });
  for (const open of [{}, { fork: 'stranger' }]) {
    const lost = await reviewed(open);
    expect(lost).toMatchObject({ conclusion: 'neutral', title: 'Not rendered: sandbox unavailable' });
    expect(lost?.summary).toContain('Operation not permitted');
  }

  openNamespaces();
  await app?.sandbox?.prove();
  expect(await readiness()).toMatchObject({ status: 200, body: { ready: true, sandbox: { proven: true } } });
  expect(await reviewed({})).toMatchObject({ conclusion: 'success' });
});

test('isolation that fails between two proofs is a failed unit, never a green one', async () => {
  await start('require');
  closeNamespaces();
  const run = await reviewed({});
  expect(run).toMatchObject({ conclusion: 'failure' });
  expect(run?.summary).toContain('The sandbox could not start the tool');
});

test('a renderer’s container that is gone ends check runs neutral until it is back and proven', async () => {
  await using place = await makePlace({ inside: isRoot ? 'chroot' : 'jail' });
  await place.start();
  app = await startApp(github, { env: { PLIMSOLL_SANDBOX: 'require', PLIMSOLL_SANDBOX_SOCKET: place.socket } });
  const sandbox = { mode: 'require', backend: 'container' };
  expect(await readiness()).toMatchObject({ status: 200, body: { sandbox: { ...sandbox, proven: true } } });
  expect(await reviewed({ fork: 'stranger' })).toMatchObject({ conclusion: 'success' });

  await place.kill();
  while (app.sandbox?.proven === true) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await readiness()).toMatchObject({
    status: 503,
    body: { ready: false, reasons: [expect.stringContaining('container')], sandbox: { ...sandbox, proven: false } },
  });
  const lost = await reviewed({});
  expect(lost).toMatchObject({ conclusion: 'neutral', title: 'Not rendered: sandbox unavailable' });
  expect(lost?.summary).toContain('the sandbox does not work any more on this server');

  await place.start();
  while (app.sandbox?.proven === false) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await readiness()).toMatchObject({ status: 200 });
  expect(await reviewed({ fork: 'stranger' })).toMatchObject({ conclusion: 'success' });
});
