/**
 * For how many findings of checks that know a fix a tried one is suggested: `npm run test:fixes [FOLDER…]`, a row for each
 * folder and for every repository or chart directly in one that is none itself. `--checks all`: with the checks that are off by
 * default. Counts the fixes that are offered unasked, then those that are asked for as well; exits 1 below 80 % of the former.
 */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { checks } from '../checks/index.ts';
import { judge } from '../src/analyze/run.ts';
import type { Check } from '../src/check.ts';
import { readSettings } from '../src/entry/show-config.ts';
import type { Finding } from '../src/model.ts';
import { openSandbox } from '../src/render/open-sandbox.ts';
import { review } from '../src/review.ts';
import { workTree } from '../src/tree/work-tree.ts';
import { readFixture } from './support/check-fixture.ts';

const goal = 0.8;
const words = {
  none: 'the check knows no change for it',
  risky: 'the change can break what runs: with --fix-risky',
  variants: 'mends not all variants',
  nowhere: 'no place that could be changed',
  unheld: 'tried, and something else changed as well or the finding stayed',
  spent: 'renders spent',
};

const given = process.argv.slice(2);
const everything = given.includes('--checks') && given.includes('all');
const folders = given.filter((one) => one !== '--checks' && one !== 'all').map((one) => resolve(one));
const { sandbox } = await openSandbox('auto', { env: process.env, layer: 'v35' });
const fixable = new Set(checks.filter(knowsFix).map(({ id }) => id));
const total = { plain: 0, fixed: 0, risky: 0, riskyFixed: 0 };
const left = new Map<string, number>();

console.log('folder                              fixable   fixed   share    with risky ones');
for (const folder of (folders.length === 0 ? [resolve('examples/repository')] : folders).flatMap(apart))
  await count(folder);
row('all', total);
for (const [line, findings] of [...left].sort((a, b) => b[1] - a[1])) console.log(`  ${findings} × ${line}`);
const isMet = total.fixed >= goal * total.plain;
console.log(`${isMet ? 'met   ' : 'MISSED'} ${100 * goal} % of the findings of checks with a fix have one that held`);
process.exitCode = isMet ? 0 : 1;

/** Whether it has a fix that is offered unasked for anything that its fixture reports. */
function knowsFix(check: Check): boolean {
  return readFixture(new URL(`checks/${check.id}.yaml`, import.meta.url)).some(
    ({ resources, kubeVersion, options, complete }) =>
      judge(resources, {
        checks: [check],
        kubeVersion,
        options: { [check.id]: options },
        complete,
        redundant: true,
      }).found.some(({ violation: { fix } }) => fix !== undefined && fix.risky !== true),
  );
}

async function count(folder: string): Promise<void> {
  const [safe, all] = [await findingsOf(folder, false), await findingsOf(folder, true)];
  const riskyOnes = new Map(all.findings.map((one) => [one.fingerprint, one]));
  const own = { plain: 0, fixed: 0, risky: 0, riskyFixed: 0 };
  for (const finding of safe.findings) {
    const other = riskyOnes.get(finding.fingerprint);
    const isKnown = fixable.has(finding.check);
    const hasFix = isKnown || all.unheld.has(finding.fingerprint) || other?.suggestion !== undefined;
    own.plain += Number(isKnown);
    own.fixed += Number(isKnown && finding.suggestion !== undefined);
    own.risky += Number(hasFix);
    own.riskyFixed += Number((other ?? finding).suggestion !== undefined);
    if (!isKnown || finding.suggestion !== undefined) continue;
    const why = safe.unheld.get(finding.fingerprint);
    const reason =
      why ?? (other?.suggestion?.risky === true ? 'risky' : all.unheld.has(finding.fingerprint) ? 'variants' : 'none');
    const line = `${finding.check}: ${words[reason]}`;
    left.set(line, (left.get(line) ?? 0) + 1);
    if (given.includes('--list'))
      console.log(`    ${finding.location.file}:${finding.location.span.startLine} [${finding.unit}] ${line}`);
  }
  row(basename(folder), own);
  for (const key of ['plain', 'fixed', 'risky', 'riskyFixed'] as const) total[key] += own[key];
}

function row(name: string, { plain, fixed, risky, riskyFixed }: typeof total): void {
  const share = (part: number, whole: number): string => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`);
  console.log(
    `${name.padEnd(36)}${String(plain).padStart(7)}${String(fixed).padStart(8)}${share(fixed, plain).padStart(9)}` +
      `${`${riskyFixed} of ${risky}`.padStart(14)}${share(riskyFixed, risky).padStart(9)}`,
  );
}

async function findingsOf(
  folder: string,
  risky: boolean,
): Promise<{ findings: readonly Finding[]; unheld: ReadonlyMap<string, 'nowhere' | 'unheld' | 'spent'> }> {
  const { settings } = await readSettings(folder);
  let unheld: ReadonlyMap<string, 'nowhere' | 'unheld' | 'spent'> = new Map();
  const { findings } = await review(
    {
      repository: folder,
      head: workTree(folder, settings.limits),
      changes: 'all',
      settings,
      settingsProblems: [],
      suggest: { of: 'all', risky, budget: 1000 },
      ...(everything ? { checks: 'all' } : {}),
    },
    {
      sandbox,
      loadChecks: () => Promise.resolve(checks),
      concurrency: availableParallelism(),
      today: '2026-01-01',
      now: () => performance.now(),
      mended: (mended) => ({ unheld } = mended),
    },
  );
  return { findings, unheld };
}

/** The folder itself where it is a chart or a repository; else what is in it. */
function apart(folder: string): string[] {
  if (!readdirSync(folder).every((name) => name !== 'Chart.yaml' && !/^kustomization\.ya?ml$/.test(name)))
    return [folder];
  const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const isShelf = inside.length > 0 && inside.every(({ name }) => isOne(join(folder, name)));
  return isShelf ? inside.map(({ name }) => join(folder, name)) : [folder];
}

function isOne(folder: string): boolean {
  return ['Chart.yaml', '.git', 'README.md', 'Makefile', 'LICENSE'].some((name) => existsSync(join(folder, name)));
}
