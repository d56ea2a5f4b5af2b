/**
 * Measures how far our findings agree with the verdicts of other tools' own tests.
 *
 *     node test/agreement/measure.ts SCORER CASES CATALOGUE
 *
 * CASES is a folder of `.jsonl` files, one case a line, with the fields `corpus` and `peer_check_id`; SCORER a Python program that
 * runs a linter over such cases and writes a report. Cases run under `settings.json` (the parameters that the other tool's check
 * was tested with, as our options) and `mapping.json` (where an id of theirs means something narrower than our check).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

interface Case {
  corpus: string;
  peer_check_id: string;
  /** File or folder of the other tool's test. */
  source: string;
}
type Options = Record<string, Record<string, unknown>>;
/** By corpus, and by the id of the check, or `ID TEST` where a single test has parameters of its own. */
type Parameters = Record<
  string,
  Record<string, { 'kube-version'?: string; options?: Options; waivers?: Record<string, string>[] }>
>;
type Counts = Record<'fail' | 'fail ok' | 'pass' | 'pass ok', number>;
interface Report {
  corpora: Record<string, Partial<Counts>>;
  disagreements: { corpus: string; peer: string; expect: string; case_id: string; why: string }[];
}

const [scorer = '', casesFolder = '', catalogue = ''] = process.argv.slice(2);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const parameters = JSON.parse(readFileSync(file('settings.json'), 'utf8')) as Parameters;
const work = mkdtempSync(join(tmpdir(), 'agreement-'));
const counts = new Map<string, Counts>();
const disagreements: Report['disagreements'] = [];

/** The settings file that a case is judged with. */
function settingsFor({ corpus, peer_check_id: id, source }: Case): string {
  const known = parameters[corpus] ?? {};
  const own = known[`${id} ${basename(source)}`] ?? known[id] ?? {};
  return JSON.stringify({
    ...(own['kube-version'] === undefined ? {} : { 'kube-version': own['kube-version'] }),
    ...(own.waivers === undefined ? {} : { waivers: own.waivers }),
    checks: Object.fromEntries(
      Object.entries(own.options ?? {}).map(([check, options]) => [check, { enabled: true, options }]),
    ),
  });
}

const groups = new Map<string, string[]>();
for (const name of readdirSync(casesFolder).filter((one) => one.endsWith('.jsonl')))
  for (const line of readFileSync(join(casesFolder, name), 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const settings = settingsFor(JSON.parse(line) as Case);
    groups.set(settings, [...(groups.get(settings) ?? []), line]);
  }

for (const [index, [settings, lines]] of [...groups].entries()) {
  const at = (name: string): string => join(work, `${index}-${name}`);
  writeFileSync(at('settings.yml'), settings);
  writeFileSync(at('cases.jsonl'), `${lines.join('\n')}\n`);
  const run = spawnSync(
    'python3',
    [
      ...[scorer, '--cases', at('cases.jsonl'), '--catalog', catalogue, '--map', file('mapping.json'), '--list', '0'],
      ...['--report', at('report.json'), '--cmd'],
      `"${process.execPath}" "${file('scan.ts')}" {path} "${at('settings.yml')}"`,
    ],
    { encoding: 'utf8' },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  const report = JSON.parse(readFileSync(at('report.json'), 'utf8')) as Report;
  disagreements.push(...report.disagreements);
  for (const [corpus, found] of Object.entries(report.corpora)) {
    const sum = counts.get(corpus) ?? { fail: 0, 'fail ok': 0, pass: 0, 'pass ok': 0 };
    for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += found[key] ?? 0;
    counts.set(corpus, sum);
  }
}
rmSync(work, { recursive: true });

const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
const total: Counts = { fail: 0, 'fail ok': 0, pass: 0, 'pass ok': 0 };
for (const sum of counts.values()) for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += sum[key];
for (const [corpus, sum] of [...[...counts].sort(([a], [b]) => a.localeCompare(b)), ['all', total] as const])
  console.log(
    `${corpus.padEnd(12)} fail ${sum['fail ok']}/${sum.fail} ${share(sum['fail ok'], sum.fail)}   pass ${sum['pass ok']}/${sum.pass} ${share(sum['pass ok'], sum.pass)}`,
  );
for (const { corpus, peer, expect, case_id: id, why } of disagreements)
  console.log(`${expect}  ${corpus}  ${peer}  ${id.split('/')[1] ?? ''}  ${why}`);
