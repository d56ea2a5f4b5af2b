import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startGitHub } from '../support/github/github.ts';
import { freePort } from '../support/github/start-app.ts';
import { chart } from './arena.ts';

const program = join(import.meta.dirname, '../../src/entry/plimsoll.js');
const repository = 'acme/gitops';
const password = 'Zx9-hunter2-in-a-chart';
const base64 = Buffer.from(password).toString('base64');
const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: "{{ .Values.password }}"}\n`;

/** Waits for something that only asking can tell. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not come to pass.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a server that logs everything logs no key, no token and no value of a Secret, and leaves none on disk', async () => {
  const github = await startGitHub();
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-logs-'));
  const port = String(await freePort());
  const server = spawn(process.execPath, [program, 'serve'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: folder,
      PLIMSOLL_CACHE: join(folder, 'cache'),
      ...github.env,
      PORT: port,
      LOG_LEVEL: 'trace',
      PLIMSOLL_SANDBOX: 'auto',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  try {
    const url = `http://127.0.0.1:${port}`;
    await until(() =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    github.webhookUrl = `${url}/api/github/webhooks`;
    await github.createRepository(repository, { files: { '.github/plimsoll.yml': '' } });
    const values = { 'c/values.yaml': `password: ${password}\n` };
    const pulls = [
      { branch: 'renders', files: chart(secret, values) },
      { branch: 'fails', files: chart(`${secret}{{ fail .Values.password }}`, values) },
      { branch: 'unreadable', files: { 's/s.yaml': `kind: Secret\nstringData:\n  a: *${password}\n` } },
    ];
    for (const { branch, files } of pulls) {
      const pull = await github.openPull(repository, { title: branch, branch, files: files as Record<string, string> });
      await github.announce(repository, pull, 'opened');
      await until(() => github.checkRuns(repository, pull.head.sha)[0]?.status === 'completed');
    }
    // One whose signature is wrong, and one that git cannot find.
    await github.deliver(
      'pull_request',
      { action: 'opened', token: password },
      { signature: `sha256=${'0'.repeat(64)}` },
    );
    const lost = await github.openPull(repository, { title: 'lost', branch: 'lost', files: { a: 'x' } });
    const gone = { ...lost, head: { ...lost.head, sha: 'f'.repeat(40) } };
    await github.announce(repository, gone, 'opened');
    await until(() => github.checkRuns(repository, gone.head.sha)[0]?.status === 'completed');
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
    await github.close();
  }

  const sent = new Set(github.requests.flatMap(({ tokens }) => tokens));
  // One for the API, one for git.
  expect([...sent].filter((token) => token.startsWith('ghs_')).length).toBeGreaterThan(1);
  const tokens = [...sent].flatMap((token) => [token, Buffer.from(`x-access-token:${token}`).toString('base64')]);
  const { PRIVATE_KEY = '', WEBHOOK_SECRET = '' } = github.env;
  const key = PRIVATE_KEY.split('\n').filter((line) => line.length > 40);
  expect(key.length).toBeGreaterThan(5);
  const written = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(?:helm|kubectl|kustomize)/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  rmSync(folder, { recursive: true, force: true });
  const shown = github.checkRuns(repository).map((run) => JSON.stringify(run));
  expect(log).toContain('A review failed');
  for (const text of [log, ...written, ...shown])
    for (const hidden of [...tokens, ...key, WEBHOOK_SECRET, password, base64])
      expect([hidden.slice(0, 12), text.includes(hidden)]).toEqual([hidden.slice(0, 12), false]);
});
