/**
 * What a review costs beside its renders: `npm run bench [-- --quick]`. Every figure is a ratio of times measured in this run, taken in turns,
 * so a busy machine weighs on both sides: `best` compares the fastest of each, `median` the pairs. The bare renders run the same helm and
 * kustomize with the same options, without any isolation; ours are isolated. What is measured is the package as it is published, built
 * for this run.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inPool } from '../../src/pool.ts';
import { locateTool } from '../../src/render/tools.ts';
import { growthOf } from './growth.ts';
import { shareOf } from './profile.ts';
import { generate, pulls, type Generated } from './repository.ts';

const { values: given } = parseArgs({
  options: {
    /** Fewer charts and fewer rounds. */
    quick: { type: 'boolean' },
    rounds: { type: 'string' },
    /** `diff`, `scan` or `checks`; all of them without it. */
    only: { type: 'string' },
  },
});
const sizes = given.quick === true ? [10, 100] : [10, 100, 1000];
const diffRounds = Number(given.rounds ?? (given.quick === true ? 7 : 25));
/** Two diffs differ by less than one and the same does from round to round: to tell takes more rounds. */
const growthRounds = 8 * diffRounds;
const scanRounds = Number(given.rounds ?? (given.quick === true ? 3 : 2));
const cores = availableParallelism();

/** What each pull request's review may cost, in bare renders of base and head: with a finding it is traced and tried. */
const goals = { 'introduces-none': 2, 'introduces-one': 4 } as const satisfies Record<keyof typeof pulls, number>;

/** Prints the high-water mark of the process' own memory, in KiB, when it ends. */
const printPeak = `data:text/javascript,${encodeURIComponent(
  `import { readFileSync, writeSync } from 'node:fs'; import { isMainThread } from 'node:worker_threads';
   if (isMainThread) process.on('exit', () => writeSync(2, 'peak ' + /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] + '\\n'));`,
)}`;

const helm = await locateTool('helm', process.env);
const kustomize = await locateTool('kustomize', process.env);
const scratch = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
const command = published(join(scratch, 'package'));
try {
  const repositories = (given.only === 'checks' ? [] : sizes).map((charts) => ({
    count: charts,
    ...generate(join(scratch, String(charts)), charts, charts / 5),
  }));
  console.log(`node ${process.version}, ${cores} cores, ${helm.path}\n`);
  if (wants('diff')) await benchDiff(repositories);
  const largest = repositories.at(-1);
  if (wants('scan') && largest !== undefined) {
    console.log(`plimsoll scan, against the bare renders of all, ${cores} at a time (goal 1.3 where nothing is found)`);
    console.log('charts   units   found   scan s   bare s   ratio (median)   ratio (best)   peak MB   checks');
    await benchScan(largest, 'none');
    const count = Math.min(100, largest.count);
    await benchScan({ count, ...generate(join(scratch, 'found'), count, count / 5, 'found') }, 'each unit');
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (wants('checks')) {
  console.log('\nall checks at once, on one core (goal 20,000 objects/s)');
  execFileSync(process.execPath, [join(import.meta.dirname, 'checks.ts')], { stdio: 'inherit' });
}

function wants(part: 'diff' | 'scan' | 'checks'): boolean {
  return given.only === undefined || given.only === part;
}

async function benchDiff(repositories: readonly (Generated & { count: number })[]): Promise<void> {
  for (const branch of Object.keys(pulls) as (keyof typeof pulls)[]) {
    console.log(
      `plimsoll diff main ${branch}, against its two bare \`helm template\` calls (goal ${goals[branch].toFixed(1)})`,
    );
    console.log('charts   diff ms   bare ms   at once ms   ratio (median)   ratio (best)   to at once   peak MB');
    const rows = repositories.map((repository) => ({
      repository,
      // The chart at base and at head, on disk, as somebody would hold them to render both by hand.
      folders: ['main', branch].map((revision) => checkedOut(repository, revision)),
      diff: [] as number[],
      bare: [] as number[],
      together: [] as number[],
    }));
    for (let round = -1; round < diffRounds; round += 1)
      for (const { repository, folders, diff, bare, together } of rows) {
        // The first round fills caches: the compiled code's, the sandbox's proof.
        const times = {
          bare: await timed(async () => {
            for (const folder of folders) await run(...helmTemplate(folder));
          }),
          diff: await timed(() => plimsoll(repository.folder, ['diff', 'main', branch])),
          together: await timed(() => Promise.all(folders.map((folder) => run(...helmTemplate(folder))))),
        };
        if (round < 0) continue;
        diff.push(times.diff);
        bare.push(times.bare);
        together.push(times.together);
      }
    for (const { repository, diff, bare, together } of rows) {
      const peak = await plimsollPeak(repository.folder, ['diff', 'main', branch]);
      const ratio = median(diff.map((time, index) => time / (bare[index] ?? 0)));
      const best = Math.min(...diff) / Math.min(...bare);
      console.log(
        row(
          [repository.count, 6],
          [median(diff).toFixed(0), 10],
          [median(bare).toFixed(0), 10],
          [median(together).toFixed(0), 13],
          [ratio.toFixed(2), 17],
          [best.toFixed(2), 15],
          [(Math.min(...diff) / Math.min(...together)).toFixed(2), 13],
          [peak.toFixed(0), 10],
        ),
      );
    }
    await printGrowth(repositories, branch);
  }
}

/** The bare calls render the same chart in each repository, so what grows is the time of the diff: these alone, one beside the other. */
async function printGrowth(repositories: readonly (Generated & { count: number })[], branch: string): Promise<void> {
  const times = repositories.map((): number[] => []);
  const inOrder = [...repositories.entries()];
  for (let round = 0; round < growthRounds; round += 1)
    for (const [index, { folder }] of round % 2 === 0 ? inOrder : inOrder.toReversed())
      times[index]?.push(await timed(() => plimsoll(folder, ['diff', 'main', branch])));
  const [small = [], ...larger] = times;
  const percent = (share: number): string => (100 * share).toFixed(1);
  const grown = larger.map((one, index) => {
    const { middle, least, most } = growthOf(one, small);
    return `${repositories[index + 1]?.count} charts ${percent(middle)} % (${percent(least)} to ${percent(most)})`;
  });
  console.log(
    `diff beside that of ${repositories[0]?.count} charts, ${growthRounds} pairs: ${grown.join(', ')} (goal 10 %)\n`,
  );
}

async function benchScan(repository: Generated & { count: number }, found: string): Promise<void> {
  const { folder, count, charts, overlays } = repository;
  const renders = [
    ...charts.map((chart) => helmTemplate(join(folder, chart))),
    ...overlays.map((overlay) => kustomizeBuild(join(folder, overlay))),
  ];
  const scan: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < scanRounds; round += 1) {
    bare.push(await timed(() => inPool(renders, cores, (render) => run(...render))));
    scan.push(await timed(() => plimsoll(folder, ['scan'])));
  }
  const peak = await plimsollPeak(folder, ['scan']);
  console.log(
    row(
      [count, 6],
      [renders.length, 8],
      [found, 10],
      [(median(scan) / 1000).toFixed(1), 7],
      [(median(bare) / 1000).toFixed(1), 9],
      [median(scan.map((time, index) => time / (bare[index] ?? 0))).toFixed(2), 17],
      [(Math.min(...scan) / Math.min(...bare)).toFixed(2), 15],
      [peak.toFixed(0), 10],
      [`${(100 * (await shareOfChecks(folder))).toFixed(1)} %`, 9],
    ),
  );
}

/** How much of the time of a scan the checks take: what the profile says was spent in judging, over all of it. */
async function shareOfChecks(folder: string): Promise<number> {
  const into = mkdtempSync(join(scratch, 'profile-'));
  const profiling = ['--cpu-prof', `--cpu-prof-dir=${into}`, '--cpu-prof-interval=500'];
  await run(process.execPath, [...profiling, command, 'scan', '--format', 'json'], { cwd: folder, answers: [0, 1] });
  const [profile = ''] = readdirSync(into);
  return shareOf(readFileSync(join(into, profile), 'utf8'), 'judgeSide');
}

/** The package as npm would install it: bundle, launcher, and what it depends on. */
function published(to: string): string {
  const checkout = fileURLToPath(new URL('../../', import.meta.url));
  const launcher = 'src/entry/plimsoll.js';
  mkdirSync(join(to, dirname(launcher)), { recursive: true });
  for (const file of ['package.json', launcher]) copyFileSync(join(checkout, file), join(to, file));
  symlinkSync(join(checkout, 'node_modules'), join(to, 'node_modules'));
  execFileSync(process.execPath, [join(checkout, 'scripts/build.ts'), join(to, 'dist')], { stdio: 'inherit' });
  return join(to, launcher);
}

/** The touched chart as a branch has it, in a folder of its own. */
function checkedOut({ folder, touched }: Generated, revision: string): string {
  const to = join(mkdtempSync(join(scratch, 'chart-')), 'app-0');
  cpSync(join(folder, touched), to, { recursive: true });
  const [from, into] = revision === 'main' ? ['', ''] : pulls[revision as keyof typeof pulls];
  const values = join(to, 'values.yaml');
  writeFileSync(values, readFileSync(values, 'utf8').replace(from, into));
  return to;
}

function helmTemplate(chart: string): [string, string[]] {
  const options = ['--include-crds', '--namespace=default', '--kube-version=1.35.0'];
  return [helm.path, ['template', ...options, '--', 'app', chart]];
}

function kustomizeBuild(root: string): [string, string[]] {
  return [kustomize.path, [...kustomize.prefix, '--load-restrictor=LoadRestrictionsRootOnly', '--', root]];
}

/** The command as its users start it; findings are an answer too. */
async function plimsoll(cwd: string, args: string[]): Promise<string> {
  const format = ['--format', 'json'];
  return run(process.execPath, [command, ...args, ...format], { cwd, answers: [0, 1] });
}

async function plimsollPeak(cwd: string, args: string[]): Promise<number> {
  const said = await run(process.execPath, ['--import', printPeak, command, ...args], { cwd, answers: [0, 1] });
  return Number(/^peak (\d+)$/m.exec(said)?.[1]) / 1024;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Runs a program to its end and gives what it said on stderr; its output is read and dropped. */
function run(
  file: string,
  args: readonly string[],
  { cwd = scratch, answers = [0] }: { cwd?: string; answers?: readonly number[] } = {},
): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code !== null && answers.includes(code)) done(said);
      else fail(new Error(`${file} ${args.join(' ')} ended with ${code}: ${said.slice(-500)}`));
    });
  });
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function row(...cells: readonly (readonly [string | number, number])[]): string {
  return cells.map(([text, width]) => String(text).padStart(width)).join('');
}
