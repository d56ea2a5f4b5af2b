/**
 * What the jail, and a container that only renders, cost around `helm template` of a small chart: interleaved runs, folders made and
 * removed each time.
 * `node test/bench/jail.ts [RUNS]`
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolEnvironment } from '../../src/render/environment.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import { locateTool } from '../../src/render/tools.ts';
import { execa } from 'execa';
import { chart, configMap, writeFiles } from '../attacks/arena.ts';
import { isRoot, makePlace } from '../support/container.ts';

const runs = Number(process.argv[2] ?? 20);
const helm = await locateTool('helm', process.env);
const files = chart(configMap('x'));

async function bare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  writeFiles(folder, files);
  await execa(helm.path, ['template', '--', 'x', join(folder, 'c')], {
    env: toolEnvironment(folder),
    extendEnv: false,
  });
  rmSync(folder, { recursive: true });
}

const over = async (mode: 'require' | 'off', env: NodeJS.ProcessEnv = process.env): Promise<() => Promise<void>> => {
  const { sandbox } = await openSandbox(mode, { env });
  return async () => {
    await using workspace = await sandbox.open();
    writeFiles(workspace.folder, files);
    await workspace.run('helm', ['template', '--', 'x', `${workspace.inside}/c`]);
  };
};

await using place = await makePlace({ inside: isRoot ? 'chroot' : 'jail' });
await place.start();
const ways: Record<string, () => Promise<void>> = {
  bare,
  none: await over('off'),
  jail: await over('require'),
  container: await over('require', { ...process.env, PLIMSOLL_SANDBOX_SOCKET: place.socket }),
};
const times: Record<string, number[]> = {};
for (let run = -2; run < runs; run += 1)
  for (const [name, way] of Object.entries(ways)) {
    const started = performance.now();
    await way();
    if (run >= 0) (times[name] ??= []).push(performance.now() - started);
  }

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const base = times.bare ?? [];
for (const [name, list] of Object.entries(times)) {
  const added = list.map((value, index) => value - (base[index] ?? NaN));
  const row = [median(list), Math.min(...list), median(added), Math.min(...list) - Math.min(...base)];
  process.stdout.write(
    `${name.padEnd(9)} median ${row[0]?.toFixed(1)} min ${row[1]?.toFixed(1)} added (paired median) ${row[2]?.toFixed(1)} added (min) ${row[3]?.toFixed(1)} ms\n`,
  );
}
process.stdout.write(`load ${execFileSync('cat', ['/proc/loadavg']).toString()}`);
