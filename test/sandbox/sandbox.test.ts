import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runCanaries } from '../../src/render/canaries.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import { findProgram, locateTool, locateTools, toolVersion } from '../../src/render/tools.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the jail passes every canary', async () => {
  const { sandbox } = await openSandbox('require', { backends: ['jail'] });
  const results = await runCanaries(sandbox, ['helm', 'kustomize']);
  expect(results).toHaveLength(7);
  expect(results.filter((result) => !result.passed)).toEqual([]);
});

test('a plain run fails the canaries, so they bite', async () => {
  const { sandbox, proven, backend } = await openSandbox('off');
  expect({ proven, backend }).toEqual({ proven: false, backend: 'none' });
  const results = await runCanaries(sandbox, ['helm']);
  expect(results.at(-1)).toEqual({
    canary: 'a chart cannot read a file outside through a link',
    passed: false,
    reason: 'it printed a file from outside',
  });
});

test('where the machine cannot isolate, require refuses and auto says why', async () => {
  // An unshare that fails as it does where user namespaces are closed.
  for (const name of ['setpriv', 'prlimit']) symlinkSync(findProgram(name, process.env) ?? '', join(folder, name));
  writeFileSync(
    join(folder, 'unshare'),
    '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n',
  );
  chmodSync(join(folder, 'unshare'), 0o755);
  const tools = await locateTools(process.env);
  const env = {
    ...process.env,
    PATH: folder,
    PLIMSOLL_HELM: tools.helm.path,
    PLIMSOLL_KUSTOMIZE: tools.kustomize.path,
  };
  await expect(openSandbox('require', { env })).rejects.toMatchObject({ code: 'sandbox-unavailable' });
  const { status } = await openSandbox('auto', { env });
  expect(status).toMatchObject({ backend: 'none', proven: false });
  expect(status.reasons[0]).toContain('unshare failed: Operation not permitted');
  expect(status.reasons[1]).toContain('bwrap (bubblewrap) is not on PATH');
});

test('a service proves its backend again and goes on', async () => {
  const state = await openSandbox('require', { service: true });
  const before = state.status.provenAt ?? '';
  expect((await state.prove()).proven).toBe(true);
  expect((state.status.provenAt ?? '') >= before).toBe(true);
});

test('a tool that a setting names must be a program that runs alone', async () => {
  const script = join(folder, 'helm');
  writeFileSync(script, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  await expect(locateTool('helm', { ...process.env, PLIMSOLL_HELM: script })).rejects.toMatchObject({
    code: 'tool-unusable',
    message: expect.stringContaining('it is a script') as unknown as string,
  });
  await expect(locateTool('helm', { ...process.env, PLIMSOLL_HELM: join(folder, 'none') })).rejects.toMatchObject({
    code: 'tool-missing',
  });
  const dynamic = { ...process.env, PLIMSOLL_HELM: '/bin/ls' };
  await expect(locateTool('helm', dynamic)).rejects.toMatchObject({
    message: expect.stringContaining('dynamically linked') as unknown as string,
  });
});

test('the tools tell their versions once', async () => {
  const { helm, kustomize } = await locateTools(process.env, { layer: 'v35' });
  expect(await toolVersion(helm, process.env)).toMatch(/^4\.\d+\.\d+$/);
  expect(await toolVersion(kustomize, process.env)).toMatch(/^5\.\d+\.\d+$/);
});
