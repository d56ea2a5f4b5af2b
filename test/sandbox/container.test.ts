import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { helmTemplateArguments } from '../../src/render/arguments.ts';
import { runCanaries } from '../../src/render/canaries.ts';
import { openSandbox, type SandboxState } from '../../src/render/open-sandbox.ts';
import type { Workspace } from '../../src/render/sandbox.ts';
import { isRoot, makePlace, type Place } from '../support/container.ts';

/** Root's container holds no unshare: there each job is a user of its own. Others cannot make such a one, and have the jail in it. */
const inside = isRoot ? 'chroot' : 'jail';

let place: Place;
let state: SandboxState | undefined;
beforeEach(async () => {
  place = await makePlace({ inside });
});
afterEach(async () => {
  state?.close();
  state = undefined;
  await place[Symbol.asyncDispose]();
});

const opened = async (): Promise<SandboxState> =>
  (state = await openSandbox('require', { env: { ...process.env, PLIMSOLL_SANDBOX_SOCKET: place.socket } }));

function write(workspace: Workspace, template: string, name = 'c'): string[] {
  mkdirSync(join(workspace.folder, name, 'templates'), { recursive: true });
  writeFileSync(join(workspace.folder, name, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`);
  writeFileSync(join(workspace.folder, name, 'templates/a.yaml'), template);
  return helmTemplateArguments({
    ...{ release: 'app', namespace: 'default', kubeVersion: '1.35.0', apiVersions: [], values: [] },
    chart: `${workspace.inside}/${name}`,
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(20);
}

/** Users of the processes that render this chart, as this machine sees them. */
function usersOf(chart: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const renders = readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(`/bin/helm\0`);
      if (!renders || !readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(chart)) return [];
      return [/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? ''];
    } catch (error) {
      // No process, or it ended meanwhile.
      if (error instanceof Error && 'code' in error && /^(?:ENOENT|ESRCH|ENOTDIR)$/.test(String(error.code))) return [];
      throw error;
    }
  });
}

const endless = '{{ range until 60000 }}{{ range until 60000 }}{{ end }}{{ end }}';

describe('a renderer in a container of its own', () => {
  test('passes every canary, and answers as the tools do', async () => {
    await place.start();
    const { status, sandbox } = await opened();
    expect(status).toMatchObject({ backend: 'container', proven: true, reasons: [] });
    const results = await runCanaries(sandbox, ['helm', 'kustomize']);
    expect(results).toHaveLength(7);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);

    await using workspace = await sandbox.open();
    const args = write(workspace, 'a: {{ .Release.Name }}\n');
    expect(await workspace.run('helm', args)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('a: app'),
      stderr: '',
    });
    // What changes between two runs is sent; a folder that became a link is one there, too.
    write(workspace, 'b: {{ .Files.Get "x" }}{{ fail "é" }}\n');
    mkdirSync(join(workspace.folder, 'c/x'));
    const failed = await workspace.run('helm', args);
    expect(failed).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('é') });
    expect(await workspace.identity?.('helm')).toMatch(/^container .*helm/);
  });

  test('has no way from a job to its socket, its environment or another job', async () => {
    await place.start();
    const { sandbox } = await opened();
    await using other = await sandbox.open();
    write(other, 'a: secret-of-another\n');
    await using workspace = await sandbox.open();
    const args = write(workspace, 'a: {{ range $path, $_ := .Files.Glob "**" }}{{ $path }} {{ end }}\n');
    for (const target of ['/run', '/var/cache/plimsoll', '/proc/1', '/app', other.folder]) {
      symlinkSync(target, join(workspace.folder, 'c', 'outside'));
      const result = await workspace.run('helm', args);
      expect([target, result.exitCode, result.stderr]).toEqual([target, 1, expect.stringContaining('no such file')]);
      rmSync(join(workspace.folder, 'c', 'outside'));
    }
  });

  test('ends a job when nobody wants it any more, and each job is another user where it can be', async () => {
    await place.start();
    const { sandbox } = await opened();
    const names = [`first-${process.pid}`, `second-${process.pid}`] as const;
    const workspaces = [await sandbox.open(), await sandbox.open()] as const;
    const abort = new AbortController();
    const runs = [
      workspaces[0].run('helm', write(workspaces[0], endless, names[0]), { signal: abort.signal }),
      workspaces[1].run('helm', write(workspaces[1], endless, names[1])),
    ];
    const ends = Promise.allSettled(runs);
    await until(() => names.every((name) => usersOf(name).length > 0));
    if (isRoot) expect(new Set(names.flatMap(usersOf)).size).toBe(2);
    expect(names.flatMap(usersOf)).not.toContain('0');
    abort.abort(new Error('superseded'));
    // As when the server is killed: its connections close.
    await workspaces[1][Symbol.asyncDispose]();
    await until(() => names.every((name) => usersOf(name).length === 0));
    expect(await ends).toMatchObject([
      { reason: { message: 'superseded' } },
      { reason: { code: 'sandbox-unavailable' } },
    ]);
    await workspaces[0][Symbol.asyncDispose]();
  });

  test('that is gone renders nothing, is not replaced by this machine, and is proven again when it is back', async () => {
    await place.start();
    const { sandbox, status } = await opened();
    await using workspace = await sandbox.open();
    const name = `endless-${process.pid}`;
    let started = (): void => undefined;
    const starts = new Promise<void>((resolve) => (started = resolve));
    const run = workspace.run('helm', write(workspace, endless, name), { onStart: started });
    const ended = expect(run).rejects.toMatchObject({ code: 'sandbox-unavailable' });
    // At the very moment a job begins: a container's processes end with its first, whatever they are doing.
    await starts;
    await place.kill();
    await ended;
    await until(() => usersOf(name).length === 0);
    await expect(workspace.run('helm', write(workspace, 'a: 1\n'))).rejects.toMatchObject({
      code: 'sandbox-unavailable',
    });
    await until(() => !status.proven);
    await expect(sandbox.open()).rejects.toMatchObject({
      code: 'sandbox-unavailable',
      message: expect.stringContaining('does not answer'),
    });
    await place.start();
    await until(() => status.proven);
    await using again = await sandbox.open();
    expect(await again.run('helm', write(again, 'a: 1\n'))).toMatchObject({ exitCode: 0 });
  });

  test('takes no arguments but ours, and no more than the limits', async () => {
    await place.start();
    const { sandbox } = await opened();
    await using workspace = await sandbox.open();
    const [command = '', ...rest] = write(
      workspace,
      '{{ $s := "0123456789abcdef" }}{{ range until 33 }}{{ $s = printf "%s%s" $s $s }}{{ end }}',
    );
    for (const args of [
      [command, '--post-renderer=/bin/sh', ...rest],
      [command, '--enable-dns', ...rest],
      ['install', ...rest],
      [command, '--values=https://example.com/a', ...rest],
      [command, '--', 'app', `${workspace.inside}/../etc`],
    ])
      await expect(workspace.run('helm', args)).rejects.toThrow('arguments that are not ours');
    // Where the machine is slow, time is up first.
    await expect(workspace.run('helm', [command, ...rest], { limits: { memoryBytes: 2 ** 42 } })).rejects.toThrow(
      /helm was stopped at the (?:memory limit of 2048 MiB|time limit of \d+ s)/,
    );
  });
});

describe('a container that is none', () => {
  test('because it knows a secret is not served from', async () => {
    await using wrong = await makePlace({ inside, env: { PRIVATE_KEY: 'x' } });
    await expect(wrong.start()).rejects.toThrow('The renderer must not know PRIVATE_KEY.');
  });

  // Only root's jobs rely on the container for this: the jail has no network wherever it is.
  (isRoot ? test : test.skip)('because it has a network is not served from', async () => {
    await using wrong = await makePlace({ inside, network: true });
    await expect(wrong.start()).rejects.toThrow(/chroot: this container has a network \(\w+/);
  });
});
