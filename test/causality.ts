/**
 * Whether the line that a finding names is its cause: `npm run test:causality [FOLDER…]`. Takes each line, makes the smallest
 * edit there in a copy (the value that should mend it, else another, else without it), renders with the real tool, judges, and
 * sees whether that finding changes. Prints a table by precision; exits 1 when a goal is missed. Default: examples, and a chart
 * that does everything charts do to their values.
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { resolve } from 'node:path';
import { checks } from '../checks/index.ts';
import { judge, type Located } from '../src/analyze/run.ts';
import { readSettings } from '../src/entry/show-config.ts';
import { PlimsollError } from '../src/errors.ts';
import type { Finding, Precision, RenderUnit, Resource, Tree } from '../src/model.ts';
import { inPool } from '../src/pool.ts';
import { discoverUnits } from '../src/render/discover.ts';
import { openSandbox } from '../src/render/open-sandbox.ts';
import { rendererOf } from '../src/render/renderers.ts';
import type { Sandbox } from '../src/render/sandbox.ts';
import { review } from '../src/review.ts';
import type { Settings } from '../src/settings.ts';
import { dig } from '../src/subjects/values.ts';
import { workTree } from '../src/tree/work-tree.ts';
import { changedTree } from './causality/changed-tree.ts';
import { editsAt } from './causality/edits.ts';

interface Outcome {
  finding: Finding;
  /** How the finding was changed; undefined when no edit of the line did. */
  how?: string;
  /** Why the line is none that could be edited. */
  fault?: string;
}

const order: Precision[] = ['verified', 'exact', 'nearest', 'file'];

const { sandbox } = await openSandbox('auto', { env: process.env, layer: 'v35' });
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const outcomes: Outcome[] = [];
for (const folder of folders.length > 0 ? folders : ['examples/repository', 'test/causality/repository'])
  outcomes.push(...(await tryFolder(resolve(folder), sandbox)));
process.exitCode = print(outcomes) ? 0 : 1;

async function tryFolder(folder: string, sandbox: Sandbox): Promise<Outcome[]> {
  const { settings } = await readSettings(folder);
  const tree = workTree(folder, settings.limits);
  const report = await review(
    { repository: folder, head: tree, changes: 'all', settings: { ...settings, report: 'all' }, settingsProblems: [] },
    {
      sandbox,
      loadChecks: () => Promise.resolve(checks),
      concurrency: availableParallelism(),
      today: '2026-01-01',
      now: () => performance.now(),
    },
  );
  const { units } = await discoverUnits(tree, 'all', settings);
  const rendered = await inPool(units, availableParallelism(), async (unit) => ({
    unit,
    resources: await renderUnit(unit, tree, settings, sandbox),
  }));
  const findings = Map.groupBy(report.findings, ({ unit }) => unit);
  const tried = await inPool(rendered, availableParallelism(), async ({ unit, resources }) => {
    // Other units may bring what governs a namespace.
    const context = rendered.flatMap((other) => (other.unit === unit ? [] : (other.resources ?? []))).filter(governs);
    const judged = (own: readonly Resource[] | undefined): readonly Located[] =>
      own === undefined ? [] : judgeAll(own, context, settings);
    return tryUnit(unit, findings.get(unit.id) ?? [], judged(resources), { tree, settings, sandbox, judged });
  });
  return tried.flat();
}

interface Place {
  tree: Tree;
  settings: Settings;
  sandbox: Sandbox;
  judged: (resources: readonly Resource[] | undefined) => readonly Located[];
}

async function tryUnit(
  unit: RenderUnit,
  findings: readonly Finding[],
  before: readonly Located[],
  { tree, settings, sandbox, judged }: Place,
): Promise<Outcome[]> {
  const known = new Map<string, Promise<readonly Located[] | undefined>>();
  const judgedWith = async (file: string, text: string): Promise<readonly Located[] | undefined> => {
    const resources = await renderUnit(unit, changedTree(tree, file, text), settings, sandbox);
    return resources === undefined ? undefined : judged(resources);
  };
  const tried = (file: string, text: string): Promise<readonly Located[] | undefined> => {
    const key = JSON.stringify([file, text]);
    const found = known.get(key) ?? judgedWith(file, text);
    known.set(key, found);
    return found;
  };
  const outcomes: Outcome[] = [];
  for (const finding of findings) outcomes.push(await tryFinding(finding, before, tree, tried));
  return outcomes;
}

async function tryFinding(
  finding: Finding,
  before: readonly Located[],
  tree: Tree,
  tried: (file: string, text: string) => Promise<readonly Located[] | undefined>,
): Promise<Outcome> {
  const { file, span, precision } = finding.location;
  const text = (await tree.read(file))?.toString('utf8');
  if (text === undefined) return { finding, fault: `${file} is no file of the repository` };
  if (span.startLine > text.split('\n').length) return { finding, fault: `${file} has no line ${span.startLine}` };
  if (precision === 'file') return { finding };
  const isSame = sameAs(finding, before);
  const own = before.find(isSame);
  if (own === undefined) return { finding, fault: 'the finding is not there a second time' };
  const [edit] = own.violation.fix?.edits ?? [];
  const last = finding.path.at(-1);
  const [step] = finding.location.trail;
  const isOverride = step?.label.startsWith('default of the dependency') === true;
  const defaults = isOverride ? (await tree.read(step.file))?.toString('utf8') : undefined;
  const overrides = defaults?.split('\n')[(step?.span.startLine ?? 0) - 1];
  const edits = editsAt(file, text, span.startLine, {
    ...(overrides === undefined ? {} : { overrides }),
    path: finding.path,
    isMissing: dig(own.resource.manifest, ...finding.path) === undefined,
    value:
      edit?.op !== 'set'
        ? undefined
        : edit.path.at(-1) === last
          ? edit.value
          : last === undefined
            ? undefined
            : dig(edit.value, last),
    isJoin: own.check.on === 'workloads',
  });
  const count = (found: readonly Located[]): number => found.filter(isSame).length;
  for (const { how, text: changed } of edits) {
    const after = await tried(file, changed);
    if (after !== undefined && count(after) < count(before)) return { finding, how };
  }
  return { finding };
}

/**
 * The same words about the same object. The place is left out: said of another place, it would be the same finding. An object
 * that bears another name in every render is known by the words without it.
 */
function sameAs(finding: Finding, before: readonly Located[]): (one: Located) => boolean {
  const { kind, name } = finding.resource;
  const isNamed = before.some(({ resource }) => resource.kind === kind && resource.name === name);
  const words = (message: string, own: string): string => (own === '' ? message : message.replaceAll(own, ''));
  return ({ check, resource, violation }) => {
    if (check.id !== finding.check || resource.kind !== kind) return false;
    return isNamed
      ? resource.name === name && violation.message === finding.message
      : words(violation.message, resource.name) === words(finding.message, name);
  };
}

function governs({ kind }: Resource): boolean {
  return /NetworkPolicy$|^(?:ResourceQuota|LimitRange|Namespace)$/.test(kind);
}

function judgeAll(
  resources: readonly Resource[],
  context: readonly Resource[],
  settings: Settings,
): readonly Located[] {
  const [major = 1, minor = 0] = settings.kubeVersion.split('.').map(Number);
  const options = Object.fromEntries(Object.entries(settings.checks).map(([id, one]) => [id, one.options]));
  const run = { checks, kubeVersion: { major, minor }, options, context, complete: true, redundant: true };
  return judge(resources, run).found;
}

async function renderUnit(
  unit: RenderUnit,
  tree: Tree,
  settings: Settings,
  sandbox: Sandbox,
): Promise<readonly Resource[] | undefined> {
  const { apiVersions } = settings;
  try {
    const context = { tree, sandbox, kubeVersion: `${settings.kubeVersion}.0`, apiVersions };
    return (await rendererOf(unit).render(unit, context)).resources;
  } catch (error) {
    // An edit that does not render shows nothing.
    if (error instanceof PlimsollError) return undefined;
    throw error;
  }
}

function print(all: readonly Outcome[]): boolean {
  const faults = all.filter(({ fault }) => fault !== undefined);
  const rendered = all.filter(({ finding }) => !finding.unit.startsWith('plain'));
  const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
  const percent = (part: number, whole: number): string => `${(100 * share(part, whole)).toFixed(1)} %`;
  const of = (from: readonly Outcome[], precision: Precision): Outcome[] =>
    from.filter(({ finding }) => finding.location.precision === precision);
  for (const [title, from] of [
    ['Helm and Kustomize', rendered],
    ['plain', all.filter((one) => !rendered.includes(one))],
  ] as const) {
    console.log(`\n${title}: ${from.length} findings`);
    console.log('precision   findings    share    changed');
    for (const precision of order) {
      const own = of(from, precision);
      const changed = own.filter(({ how }) => how !== undefined);
      const ways = [...Map.groupBy(changed, ({ how }) => how)].map(([how, those]) => `${how ?? ''} ${those.length}`);
      console.log(
        `${precision.padEnd(10)}${String(own.length).padStart(10)}${percent(own.length, from.length).padStart(9)}` +
          `${String(changed.length).padStart(8)} (${percent(changed.length, own.length)})  ${ways.join(', ')}`,
      );
    }
  }
  for (const { finding, fault, how } of all) {
    const { file, span, precision } = finding.location;
    const isGood = fault === undefined && (how !== undefined || precision === 'file' || precision === 'nearest');
    if (isGood) continue;
    console.log(
      `  ${precision} ${file}:${span.startLine} ${finding.check} [${finding.unit}]: ${fault ?? 'no edit there changed it'}`,
    );
  }
  const changedShare = (precision: Precision): number => {
    const own = of(all, precision);
    return share(own.filter(({ how }) => how !== undefined).length, own.length);
  };
  const goals: [string, boolean][] = [
    ['verified: all changed', changedShare('verified') === 1],
    ['exact: 99 % changed', changedShare('exact') >= 0.99],
    [
      'Helm and Kustomize: 90 % verified or exact',
      share(of(rendered, 'verified').length + of(rendered, 'exact').length, rendered.length) >= 0.9,
    ],
    ['Helm and Kustomize: at most 1 % file', share(of(rendered, 'file').length, rendered.length) <= 0.01],
    ['no line outside a file of the repository', faults.length === 0],
  ];
  console.log('');
  for (const [goal, met] of goals) console.log(`${met ? 'met   ' : 'MISSED'} ${goal}`);
  return goals.every(([, met]) => met);
}
