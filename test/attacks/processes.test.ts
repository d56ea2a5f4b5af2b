import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chart, commandOf, configMap, openArena, processesWith, writeFiles, type Arena } from './arena.ts';

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(async () => {
  await arena[Symbol.asyncDispose]();
});

const endless = chart('{{ range until 60000 }}{{ range until 60000 }}{{ end }}{{ end }}');

/** Waits until the condition holds; polling is all that /proc offers. */
async function until(condition: () => boolean, patience = 8_000): Promise<boolean> {
  const deadline = Date.now() + patience;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  return condition();
}

test('a server that is killed takes its renders with it', async () => {
  const mark = `orphan-${process.pid}`;
  const server = spawn(process.execPath, [new URL('orphan.ts', import.meta.url).pathname, mark], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  // Helm itself: before it runs there is a moment in which the kernel has not yet been told to end it with its parent.
  const rendering = (): number[] => processesWith(mark).filter((pid) => commandOf(pid).startsWith('/bin/helm'));
  expect(await until(() => rendering().length > 0)).toBe(true);
  server.kill('SIGKILL');
  await once(server, 'exit');
  expect(await until(() => rendering().length === 0)).toBe(true);
});

test('a job that is cancelled dies at once, and its reason is thrown', async () => {
  await using workspace = await arena.state.sandbox.open();
  writeFiles(workspace.folder, endless);
  const mark = `cancel-${process.pid}`;
  const superseded = new AbortController();
  const run = workspace.run('helm', ['template', '--', mark, `${workspace.inside}/c`], { signal: superseded.signal });
  const told = expect(run).rejects.toThrow('superseded');
  expect(await until(() => processesWith(mark).length > 0)).toBe(true);
  superseded.abort(new Error('superseded'));
  await told;
  expect(await until(() => processesWith(mark).length === 0)).toBe(true);
});

test('jobs that are cancelled while they start leave nothing running', async () => {
  await using workspace = await arena.state.sandbox.open();
  writeFiles(workspace.folder, endless);
  const mark = `start-${process.pid}`;
  // The programs in front of helm start one another within some ten milliseconds; every moment of that is tried.
  for (let moment = 0; moment < 40; moment += 1) {
    const superseded = new AbortController();
    const onStart = (): void => void setTimeout(() => superseded.abort(new Error('superseded')), moment / 3);
    const args = ['template', '--', mark, `${workspace.inside}/c`];
    await expect(workspace.run('helm', args, { signal: superseded.signal, onStart })).rejects.toThrow('superseded');
  }
  expect(await until(() => processesWith(mark).length === 0, 2_000)).toBe(true);
});

test('rows 19, 73: nothing of our environment passes', async () => {
  process.env.HELM_NAMESPACE = 'forged';
  process.env.HTTPS_PROXY = arena.url;
  try {
    await using workspace = await arena.state.sandbox.open();
    writeFiles(workspace.folder, chart('ns: {{ .Release.Namespace }}\n'));
    const result = await workspace.run('helm', ['template', '--', 'x', `${workspace.inside}/c`]);
    expect(result.stdout).toContain('ns: default');
  } finally {
    delete process.env.HELM_NAMESPACE;
    delete process.env.HTTPS_PROXY;
  }
});

test('rows 20, 47: programs in the tree are not run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-ran-'));
  const ran = join(folder, 'ran');
  try {
    const outcome = await arena.helm(
      chart(configMap('x'), {
        'c/plugin.yaml': `name: evil\ncommand: touch ${ran}\n`,
        'plugins/evil/plugin.yaml': `name: evil\nversion: 1.0.0\ncommand: touch ${ran}\n`,
      }),
    );
    expect(outcome.exitCode).toBe(0);
    expect(existsSync(ran)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a job that is over leaves nothing for the next', async () => {
  const first = await arena.state.sandbox.open();
  writeFiles(first.folder, chart(configMap('first')));
  await first[Symbol.asyncDispose]();
  await using second = await arena.state.sandbox.open();
  expect(existsSync(join(second.folder, 'c'))).toBe(false);
});
