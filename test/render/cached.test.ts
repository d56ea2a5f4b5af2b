import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Report } from '../../src/model.ts';
import { openRenderCache, type RenderCache } from '../../src/render/cache.ts';
import { cached } from '../../src/render/cached.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import type { Sandbox, ToolResult, Workspace } from '../../src/render/sandbox.ts';
import { reviewPull, type HostilePull } from '../attacks/pull.ts';

let jail: Sandbox;
beforeAll(async () => {
  ({ sandbox: jail } = await openSandbox('require'));
});

let folder: string;
let cache: RenderCache;
let events: Record<string, number>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-cached-'));
  events = {};
  cache = openRenderCache({
    folder,
    most: 64 * 2 ** 20,
    secret: 'secret',
    cached: (event, count = 1) => (events[event] = (events[event] ?? 0) + count),
  });
});
afterEach(async () => {
  await cache.settled();
  rmSync(folder, { recursive: true, force: true });
});

/** The sandbox, counting the tools that it really starts, and those that could not render: of these nothing is kept. */
function counting(sandbox: Sandbox): { sandbox: Sandbox; runs: () => number; failed: () => number } {
  let runs = 0;
  let failed = 0;
  const open = async (): Promise<Workspace> => {
    const workspace = await sandbox.open();
    const run: Workspace['run'] = async (...of) => {
      runs += 1;
      const result = await workspace.run(...of);
      if (result.exitCode !== 0) failed += 1;
      return result;
    };
    return { ...workspace, run };
  };
  return { sandbox: { ...sandbox, open }, runs: () => runs, failed: () => failed };
}

/**
 * A review as a server does it: the cache outlives it. Without what differs between any two.
 * @returns `unkept`: the runs that would be needed again, since they failed, or asked what had been asked before
 */
async function review(
  pull: HostilePull,
  over: Sandbox = jail,
): Promise<{ report: Report; runs: number; unkept: number }> {
  const { sandbox, runs, failed } = counting(over);
  const missed = events.miss ?? 0;
  const report = await reviewPull(pull, cached(sandbox, cache));
  await cache.settled();
  const unkept = failed() + runs() - ((events.miss ?? 0) - missed);
  const units = report.units.map((unit) => ({ ...unit, milliseconds: 0 }));
  return { report: { ...report, base: '', head: '', units, milliseconds: 0 }, runs: runs(), unkept };
}

const pod = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n    - name: c\n      image: c:1\n${more}`;
const chart = (root: string, template: string, values = ''): Record<string, string> => ({
  [`${root}/Chart.yaml`]: 'apiVersion: v2\nname: c\nversion: 0.1.0\n',
  [`${root}/values.yaml`]: values,
  [`${root}/templates/a.yaml`]: template,
});
const privileged = '      securityContext:\n        privileged: {{ .Values.privileged }}\n';

const escalating = '      securityContext:\n        allowPrivilegeEscalation: {{ .Values.escalates }}\n';

const introducing: HostilePull = {
  base: {
    ...chart('one', pod('a', privileged), 'privileged: false\n'),
    ...chart('two', pod('b', privileged), 'privileged: false\n'),
    'k/kustomization.yaml': 'resources: [a.yaml]\n',
    'k/a.yaml': pod('k'),
  },
  head: {
    ...chart('one', pod('a', privileged), 'privileged: true\n'),
    ...chart('two', pod('b', privileged), 'privileged: true\n'),
    'k/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: x-\n',
    'k/a.yaml': pod('k', '      securityContext: {privileged: true}\n'),
  },
};

test('a review of the same commits renders nothing again, and says what it said: lines, fixes, everything', async () => {
  // With fixes that are no risk, too.
  const pull: HostilePull = {
    base: chart('c', '# nothing yet\n', 'escalates: true\n'),
    head: chart('c', pod('a', escalating), 'escalates: true\n'),
    checks: 'all',
  };
  const without = await reviewPull(pull, jail);
  const first = await review(pull);
  const second = await review(pull);
  const kept = first.runs - first.unkept;
  expect(kept).toBeGreaterThan(4);
  expect(second.runs).toBeLessThanOrEqual(first.unkept);
  expect(second.report).toEqual(first.report);
  expect(second.report.findings).toEqual(without.findings);
  expect(second.report.findings.find(({ check }) => check === 'allow-privilege-escalation')).toMatchObject({
    status: 'introduced',
    location: { file: 'c/values.yaml', precision: 'verified' },
    suggestion: { file: 'c/values.yaml', text: 'false' },
  });
  expect(events.hit).toBeGreaterThanOrEqual(kept);
});

test('the next push renders only the chart that it changes', async () => {
  const { unkept } = await review(introducing);
  const { report, runs } = await review({
    ...introducing,
    head: { ...introducing.head, 'two/values.yaml': 'privileged: false # still\n' },
  });
  expect(runs).toBeLessThanOrEqual(1 + unkept);
  expect(report.findings.map(({ location }) => location.file).sort()).toEqual(['k/a.yaml', 'one/values.yaml']);
});

test('what an entry says is rendered anew when somebody changed it', async () => {
  const first = await review(introducing);
  const files = filesBelow(folder);
  for (const file of files) writeFileSync(file, readFileSync(file).reverse());
  const second = await review(introducing);
  expect(second.runs).toBe(first.runs);
  expect(second.report).toEqual(first.report);
  expect(events.corrupt).toBe(files.length);
});

test('random values are masked whatever the cache holds', async () => {
  const template = (more: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  random: {{ randAlphaNum 20 | quote }}\n${more}`;
  const pull = { base: chart('c', template('')), head: chart('c', template('  new: b\n')) };
  const [first, second] = [await review(pull), await review(pull)];
  for (const { report } of [first, second]) {
    expect(report.notices.map(({ code }) => code)).toEqual(['render-random']);
    expect(report.diffs.map(({ diff }) => diff.split('\n').slice(1))).toEqual([
      [' apiVersion: v1', ' data:', '+  new: b', '   random: "***"', ' kind: ConfigMap', ' metadata:'],
    ]);
  }
  // Base and head each once from the cache, and once more.
  expect([first.runs, second.runs]).toEqual([4, 2]);
});

test('a render that failed is tried again', async () => {
  const pull = { head: chart('c', '{{ fail "no" }}') };
  const [first, second] = [await review(pull), await review(pull)];
  expect(first.report.problems.map(({ code }) => code)).toEqual(['helm-failed']);
  expect(second.report).toEqual(first.report);
  expect(second.runs).toBe(first.runs);
  expect(filesBelow(folder)).toEqual([]);
});

test('values of Secrets lie nowhere in the folder, in no form', async () => {
  const secret = 'canary-5f2a91c7d0';
  const template = `apiVersion: v1\nkind: Secret\nmetadata: {name: canary-name}\nstringData: {a: {{ .Values.key }}}\ndata: {b: {{ .Values.key | b64enc }}}\n`;
  const { report } = await review({ head: chart('c', template, `key: ${secret}\n`) });
  expect(report.units.map(({ status }) => status)).toEqual(['rendered']);
  expect(filesBelow(folder)).toHaveLength(1);
  for (const file of filesBelow(folder)) {
    const content = `${file} ${readFileSync(file, 'latin1')}`;
    for (const text of [secret, Buffer.from(secret).toString('base64').slice(0, 20), 'canary', 'Secret', 'apiVersion'])
      expect(content).not.toContain(text);
  }
});

test('without isolation nothing is kept: nobody can name all that such a render saw', async () => {
  const { sandbox } = await openSandbox('off');
  const pull = { head: chart('c', pod('a')) };
  const [first, second] = [await review(pull, sandbox), await review(pull, sandbox)];
  expect([first.runs, second.runs]).toEqual([1, 1]);
  expect(filesBelow(folder)).toEqual([]);
});

test('another bound, another program: another render', async () => {
  const output = async (sandbox: Sandbox, limits = {}): Promise<string> => {
    await using workspace = await cached(sandbox, cache).open();
    writeFileSync(join(workspace.folder, 'Chart.yaml'), 'apiVersion: v2\nname: c\nversion: 0.1.0\n');
    const { stdout } = await workspace.run('helm', ['show', 'chart', workspace.inside], { limits });
    await cache.settled();
    return stdout.trim();
  };
  const { sandbox: older } = await openSandbox('require', { layer: 'v31' });
  const outputs = [];
  for (const sandbox of [jail, jail, older, older]) outputs.push(await output(sandbox));
  outputs.push(await output(jail, { stdoutBytes: 1000 }));
  expect(new Set(outputs)).toEqual(new Set(['apiVersion: v2\nname: c\nversion: 0.1.0']));
  expect(events).toEqual({ miss: 3, hit: 2 });
  // What would be too much to print now is not given because it was once allowed.
  await expect(output(jail, { stdoutBytes: 10 })).rejects.toMatchObject({ code: 'render-output' });
});

test('two runs in one folder at a time are not kept: either may have changed what the other saw', async () => {
  let finish: (() => void)[] = [];
  const run = (): Promise<ToolResult> =>
    new Promise((resolve) => {
      finish.push(() => resolve({ exitCode: 0, stdout: '', stderr: '', milliseconds: 1 }));
    });
  const at = mkdtempSync(join(tmpdir(), 'plimsoll-workspace-'));
  const workspace: Workspace = {
    ...{ folder: at, inside: '/w', run, identity: () => Promise.resolve('helm') },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const shared = await cached({ kind: 'jail', open: () => Promise.resolve(workspace) }, cache).open();
  const start = (name: string): Promise<ToolResult> => shared.run('helm', [name]);
  const started = async (...runs: Promise<unknown>[]): Promise<void> => {
    while (finish.length < runs.length) await new Promise(setImmediate);
    for (const one of finish) one();
    finish = [];
    await Promise.all(runs);
    await cache.settled();
  };
  await started(start('a'), start('b'));
  expect(filesBelow(folder)).toEqual([]);
  await started(start('c'));
  expect(filesBelow(folder)).toHaveLength(1);
  rmSync(at, { recursive: true });
});

test('a missing tool is named as it is without a cache', async () => {
  const { sandbox } = await openSandbox('require', {
    env: { ...process.env, PLIMSOLL_KUSTOMIZE: '/nowhere/kustomize' },
  });
  await using workspace = await cached(sandbox, cache).open();
  await expect(workspace.run('kustomize', ['version'])).rejects.toMatchObject({ code: 'tool-missing' });
});

test('an aborted review is answered nothing', async () => {
  const { sandbox, runs } = counting(jail);
  await using workspace = await cached(sandbox, cache).open();
  const reason = new Error('a newer head');
  await expect(workspace.run('helm', ['version'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(runs()).toBe(0);
});

test('isolation is never proved by what was kept: nothing of the sandbox knows the cache', () => {
  const render = fileURLToPath(new URL('../../src/render/', import.meta.url));
  const knowing = readdirSync(render, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.ts') && /from '\S*\/(?:cache|cached)\.ts'/.test(readFileSync(join(render, file), 'utf8')),
    )
    .sort();
  expect(knowing).toEqual(['cached.ts']);
});

function filesBelow(at: string): string[] {
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .map((path) => join(at, path))
    .filter((path) => lstatSync(path).isFile())
    .sort();
}
