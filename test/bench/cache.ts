/**
 * What the cache of renders saves: `npm run bench:cache`. One pull request that makes every chart of a repository privileged, so that
 * all of it is located and fixes are tried, is reviewed as the App does it: without a cache, with an empty one, once more, and after a push
 * that changes one chart. Processor time counts this process and its tools, and is the figure to trust on a busy machine.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checks } from '../../checks/index.ts';
import { openRenderCache } from '../../src/render/cache.ts';
import { cached } from '../../src/render/cached.ts';
import { openSandbox } from '../../src/render/open-sandbox.ts';
import type { Sandbox } from '../../src/render/sandbox.ts';
import { review } from '../../src/review.ts';
import { defaultSettings } from '../../src/settings.ts';
import { changesBetween } from '../../src/tree/diff.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';
import { generate } from './repository.ts';

const charts = 10;
const scratch = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
try {
  const repository = generate(join(scratch, 'repository'), charts, charts / 5);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: repository.folder,
      encoding: 'utf8',
    }).trim();
  const commit = (): string => {
    git('commit', '-qam', 'change');
    return git('rev-parse', 'HEAD');
  };
  git('checkout', '-q', 'main');
  const base = git('rev-parse', 'HEAD');
  const valuesOf = (chart: string): string => join(repository.folder, chart, 'values.yaml');
  for (const chart of repository.charts) {
    const text = readFileSync(valuesOf(chart), 'utf8');
    writeFileSync(valuesOf(chart), text.replace('privileged: false', 'privileged: true'));
  }
  const head = commit();
  appendFileSync(valuesOf(repository.touched), '# pushed again\n');
  const pushed = commit();

  const { sandbox } = await openSandbox('require');
  const counts = { hit: 0, miss: 0, eviction: 0, corrupt: 0 };
  const cache = openRenderCache({
    folder: join(scratch, 'renders'),
    most: 512 * 2 ** 20,
    secret: 'bench',
    cached: (event, count = 1) => (counts[event] += count),
  });
  const gitDir = { gitDir: join(repository.folder, '.git') };
  const { limits } = defaultSettings;

  async function measure(name: string, to: string, over: Sandbox): Promise<void> {
    Object.assign(counts, { hit: 0, miss: 0 });
    const counted = counting(over);
    const [started, before] = [performance.now(), processorSeconds()];
    const report = await review(
      {
        repository: 'bench',
        pull: 1,
        base: commitTree(gitDir, base, limits),
        head: commitTree(gitDir, to, limits),
        changes: await changesBetween(gitDir, base, to),
        settings: defaultSettings,
        settingsProblems: [],
      },
      {
        sandbox: counted.sandbox,
        loadChecks: () => Promise.resolve(checks),
        concurrency: availableParallelism(),
        today: '2026-01-01',
        now: () => performance.now(),
      },
    );
    const seconds = (performance.now() - started) / 1000;
    await cache.settled();
    const introduced = report.findings.filter(({ status }) => status === 'introduced').length;
    const cells = [
      counted.asked(),
      counts.hit,
      seconds.toFixed(2),
      (processorSeconds() - before).toFixed(2),
      introduced,
    ];
    console.log(`${name.padEnd(28)}${cells.map((cell) => String(cell).padStart(12)).join('')}`);
  }

  // Programs are loaded and compiled by the first.
  await review(
    {
      repository: 'bench',
      head: commitTree(gitDir, base, limits),
      changes: 'all',
      settings: defaultSettings,
      settingsProblems: [],
    },
    {
      sandbox,
      loadChecks: () => Promise.resolve(checks),
      concurrency: availableParallelism(),
      today: '2026-01-01',
      now: () => performance.now(),
    },
  );
  console.log(`${charts} charts, each made privileged by the pull request`);
  console.log(`${''.padEnd(28)}   asked for        kept     seconds   processor       found`);
  await measure('without a cache', head, sandbox);
  await measure('into an empty cache', head, cached(sandbox, cache));
  await measure('the same once more', head, cached(sandbox, cache));
  await measure('a push that changes one', pushed, cached(sandbox, cache));
  const files = readdirSync(join(scratch, 'renders'), { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(join(scratch, 'renders', file)))
    .filter((stat) => stat.isFile());
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  console.log(`${files.length} results kept, ${(bytes / 1024).toFixed(0)} KiB`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Counts what is asked of the sandbox: the tools that ran are those that were no hits. */
function counting(sandbox: Sandbox): { sandbox: Sandbox; asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    sandbox: {
      ...sandbox,
      open: async () => {
        const workspace = await sandbox.open();
        return {
          ...workspace,
          run: (...of) => {
            asked += 1;
            return workspace.run(...of);
          },
        };
      },
    },
  };
}

/** Of this process and those it waited for; in hundredths, from proc(5). */
function processorSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
