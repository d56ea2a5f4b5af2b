/**
 * The pipeline on one page: discover, render base and head, check, compare, trace, waive, report. Its effects (files, sandbox,
 * clock) are parameters; the App, the command line and the Action call the same function.
 */
import {
  compareUnits,
  rawFindings,
  type ComparedFinding,
  type RawFinding,
  type UnitFindings,
} from './analyze/compare.ts';
import { conclude } from './analyze/conclude.ts';
import { contextIndex } from './analyze/context.ts';
import { withEmptied, type ObjectCount } from './analyze/emptied.ts';
import { imageChanges } from './analyze/images.ts';
import { mergeFindings, type PlacedFinding } from './analyze/merge.ts';
import { judge, type RunOptions } from './analyze/run.ts';
import { selectChecks } from './analyze/select.ts';
import { waive, type WaiverSources } from './analyze/waive.ts';
import type { Check } from './check.ts';
import { PlimsollError } from './errors.ts';
import type { Change, Finding, Notice, Problem, Report, RenderUnit, Resource, Tree, UnitReport } from './model.ts';
import type { DoStage } from './observe.ts';
import { fixPlaces, type Mended } from './fix-places.ts';
import { budgetOf, locator, originOf, type JudgedRender, type Locate } from './locate.ts';
import { inPool } from './pool.ts';
import { announcing } from './render/announce.ts';
import { discoverUnits } from './render/discover.ts';
import type { Budget, Rendered, RenderContext } from './render/renderer.ts';
import { rendererOf } from './render/renderers.ts';
import { renderedAgain } from './random.ts';
import type { Sandbox } from './render/sandbox.ts';
import type { Settings } from './settings.ts';
import { workloadSet } from './subjects/set.ts';

/** What is reviewed. */
export interface ReviewInput {
  repository: string;
  pull?: number;
  /** The merge base; absent for a scan of one tree. */
  base?: Tree;
  head: Tree;
  /** What differs between base and head; `all` judges every unit. */
  changes: readonly Change[] | 'all';
  settings: Settings;
  /** The file the settings were read from, and what is wrong with it: each problem keeps the review from passing. */
  settingsFile?: string;
  settingsProblems: readonly Problem[];
  /** What is worth saying about the settings. */
  settingsNotices?: readonly Notice[];
  /** `false` leaves out what changes in the rendered objects: most formats of the command line do not show it. */
  diffs?: false;
  /** `all` runs the checks that are off by default too; a list runs only those named. */
  checks?: 'all' | readonly string[];
  /** Narrows the units found to those asked for. */
  scope?: (unit: RenderUnit) => RenderUnit | undefined;
  /**
   * Which findings get their fix tried: those introduced (what is asked of a comparison when nothing is said), or all. Risky
   * fixes can break a running workload. `budget`: renders to spend.
   */
  suggest?: { of: 'none' | 'introduced' | 'all'; risky?: boolean; budget?: number };
}

/** What the pipeline needs from outside. */
export interface ReviewEffects {
  sandbox: Sandbox;
  /** Called while the renders run: the checks are the largest part of the program to load. */
  loadChecks(): Promise<readonly Check[]>;
  /** Renders at a time; one a core. */
  concurrency: number;
  /** ISO date, YYYY-MM-DD. */
  today: string;
  /** Milliseconds of a steady clock. */
  now(): number;
  /** Line ranges of the head's files that the diff wrote; asked only for units whose base did not render. */
  writtenLines?(files: readonly string[]): Promise<ReadonlyMap<string, readonly { start: number; end: number }[]>>;
  /** Told what all suggestions together would make of the files, once they are known. */
  mended?: (mended: Mended) => void;
  /** See `RenderContext.parse`. */
  parse?: RenderContext['parse'];
  /** Does a part of the review, and may look how long it takes. */
  stage?: DoStage;
  signal?: AbortSignal;
}

/** One unit on one side, rendered or not. */
interface Side {
  unit: RenderUnit;
  rendered?: Rendered;
  problems: Problem[];
  milliseconds: number;
}

/** Reviews what `changes` touch. Throws only when cancelled, or when the trees themselves cannot be read. */
export async function review(input: ReviewInput, effects: ReviewEffects): Promise<Report> {
  const started = effects.now();
  const stage: DoStage = effects.stage ?? ((_, work) => work());
  const [headFound, baseFound] = await stage('discover', () =>
    Promise.all([
      discoverUnits(input.head, input.changes, input.settings),
      input.base === undefined ? undefined : discoverUnits(input.base, input.changes, input.settings),
    ]),
  );
  const inScope = (units: readonly RenderUnit[]): RenderUnit[] =>
    input.scope === undefined ? [...units] : units.flatMap((unit) => input.scope?.(unit) ?? []);
  const wanted = [
    ...inScope(headFound.units).map((unit) => ({ unit, tree: input.head, side: 'head' as const })),
    ...(baseFound === undefined || input.base === undefined ? [] : inScope(baseFound.units)).map((unit) => ({
      unit,
      tree: input.base ?? input.head,
      side: 'base' as const,
    })),
  ];
  const proofs = budgetOf(input.settings.trace.budget);
  let loading: ReturnType<typeof load> | undefined;
  const sandbox = announcing(effects.sandbox, Math.min(effects.concurrency, wanted.length), () => {
    loading ??= load(input, effects);
    // Awaited below; a failure must not end the process before that.
    loading.catch(() => undefined);
  });
  const sides = await stage('render', () =>
    inPool(wanted, effects.concurrency, async ({ unit, tree, side }) => ({
      side,
      ...(await renderSide(unit, tree, side, input, { ...effects, sandbox }, proofs)),
    })),
  );
  const { known, objectDiffs } = await (loading ?? load(input, effects));
  const random = await stage('render', () =>
    renderedAgain(sides, effects.concurrency, async ({ unit, side }) => {
      const tree = side === 'head' ? input.head : (input.base ?? input.head);
      return (await renderSide(unit, tree, side, input, effects)).rendered;
    }),
  );
  const head = sides.filter(({ side }) => side === 'head');
  const base = sides.filter(({ side }) => side === 'base');
  const checks = selectChecks(known, input.settings, input.checks);
  const judged = stage('check', () => ({
    head: judgeSides(head, checks, input),
    base: judgeSides(base, checks, input),
  }));

  const fixes = fixPlaces(input);
  const locate = locator([...judged.base.renders, ...judged.head.renders], effects.concurrency, effects.signal, fixes);
  const written = await stage('locate', () => writtenBy(judged, locate, effects));
  const { findings: compared, notices: comparison } = stage('compare', () =>
    input.base === undefined
      ? { findings: judged.head.units.flatMap(({ findings }) => findings.map(asExisting)), notices: [] }
      : compareUnits(judged.base.units, judged.head.units, input.changes === 'all' ? [] : input.changes, written),
  );
  const everything = input.base === undefined || input.settings.report === 'all';
  const wantsLine = ({ status }: ComparedFinding): boolean => everything || status === 'introduced';
  const places = await stage('locate', () => locate(compared.filter(wantsLine)));
  const inOrder = places.values();
  const placed = compared.map((one): PlacedFinding => ({
    ...one,
    location: (wantsLine(one) ? inOrder.next().value : undefined) ?? originOf(one),
  }));
  const suggested = await stage('fix', () =>
    fixes.suggest(placed, judged.head.renders, contextOf(input.head, input, effects), effects),
  );
  const { findings, notices: waivers } = await stage('waive', () =>
    waived(mergeFindings(suggested), input, input.base === undefined ? head : base, checks, effects.today),
  );
  effects.mended?.(fixes.mended(findings));

  const concerned = ({ file }: Problem): boolean => file === undefined || isAsked(file, input.scope);
  const problems = eachOnce([
    ...input.settingsProblems,
    ...sides.flatMap((side) => side.problems),
    ...judged.head.problems,
    ...headFound.problems.filter(concerned).map((problem) => ({ side: 'head' as const, ...problem })),
    ...(baseFound?.problems ?? []).filter(concerned).map((problem) => ({ side: 'base' as const, ...problem })),
  ]);
  const units = unitReports(head, base);
  // A waiver that matches nothing is unused only where everything was judged.
  const complete =
    input.changes === 'all' &&
    input.checks === undefined &&
    head.length === headFound.units.length &&
    units.every(({ status }) => status === 'rendered') &&
    problems.length === 0;
  const before = comparableObjects(base, head);
  const after = comparableObjects(head, base);
  const comparable = input.base !== undefined;
  const changed = stage('report', () =>
    comparable && objectDiffs !== undefined
      ? objectDiffs(before, after, { again: random.again })
      : { diffs: [], omitted: 0 },
  );
  return {
    repository: input.repository,
    ...(input.pull === undefined ? {} : { pull: input.pull }),
    ...(input.base === undefined ? {} : { base: input.base.commit }),
    head: input.head.commit,
    units,
    findings,
    problems,
    notices: distinct([
      ...(input.settingsNotices ?? []),
      ...headFound.notices,
      ...comparison,
      ...random.notices,
      ...proofs.notices(),
      ...withEmptied(
        head.flatMap((side) => side.rendered?.notices ?? []),
        countsOf(base),
        countsOf(head),
      ),
      ...waivers.filter(({ code }) => complete || code !== 'waiver-unused'),
    ]),
    images: comparable ? imageChanges(before, after) : [],
    diffs: changed.diffs,
    ...(changed.omitted === 0 ? {} : { diffsOmitted: changed.omitted }),
    ...(typeof input.checks === 'object'
      ? {}
      : { leftOut: { checks: known.length - checks.length, redundant: judged.head.redundant } }),
    failOn: input.settings.failOn,
    conclusion: conclude({ findings: failing(findings, comparable), problems, units, failOn: input.settings.failOn }),
    milliseconds: effects.now() - started,
  };
}

/** The objects of one side, without those of units that failed on the other: of these nobody knows what changed. */
function comparableObjects(side: readonly Side[], other: readonly Side[]): Resource[] {
  const failed = new Set(other.filter(({ rendered }) => rendered === undefined).map(({ unit }) => unit.id));
  return side.flatMap(({ unit, rendered }) => (failed.has(unit.id) ? [] : (rendered?.resources ?? [])));
}

/** What is only needed once objects are rendered. Loading it takes this process as long as a render takes another. */
async function load(
  { diffs }: ReviewInput,
  effects: ReviewEffects,
): Promise<{ known: readonly Check[]; objectDiffs?: typeof import('./analyze/object-diff.ts').objectDiffs }> {
  const [known, objectDiff] = await Promise.all([
    effects.loadChecks(),
    diffs === false ? undefined : import('./analyze/object-diff.ts'),
  ]);
  return { known, ...objectDiff };
}

/** A scan has nothing to compare with: all it finds counts. */
function failing(findings: readonly Finding[], compared: boolean): Finding[] {
  return compared ? [...findings] : findings.map((finding) => ({ ...finding, status: 'introduced' }));
}

function contextOf(tree: Tree, input: ReviewInput, effects: ReviewEffects): RenderContext {
  return {
    tree,
    sandbox: effects.sandbox,
    kubeVersion: `${input.settings.kubeVersion}.0`,
    apiVersions: input.settings.apiVersions,
    ...(effects.parse === undefined ? {} : { parse: effects.parse }),
    ...(effects.signal === undefined ? {} : { signal: effects.signal }),
  };
}

async function renderSide(
  unit: RenderUnit,
  tree: Tree,
  side: 'head' | 'base',
  input: ReviewInput,
  effects: ReviewEffects,
  proofs?: Budget,
): Promise<Side> {
  const started = effects.now();
  const context = { ...contextOf(tree, input, effects), ...(proofs === undefined ? {} : { proofs }) };
  try {
    const rendered = await rendererOf(unit).render(unit, context);
    const problems = rendered.problems.map((problem) => ({ ...problem, unit: unit.id, side }));
    return { unit, rendered, problems, milliseconds: effects.now() - started };
  } catch (error) {
    effects.signal?.throwIfAborted();
    if (!(error instanceof PlimsollError)) throw error;
    const problems = [error.toProblem(), ...error.also].map((problem) => ({ ...problem, unit: unit.id, side }));
    return { unit, problems, milliseconds: effects.now() - started };
  }
}

function judgeSides(
  sides: readonly Side[],
  checks: readonly Check[],
  input: ReviewInput,
): { units: UnitFindings[]; problems: Problem[]; renders: JudgedRender[]; redundant: number } {
  const [major = 1, minor = 0] = input.settings.kubeVersion.split('.').map(Number);
  const problems: Problem[] = [];
  const renders: JudgedRender[] = [];
  let redundant = 0;
  const settings = Object.entries(input.settings.checks);
  const unlessAssumed = checks.filter(({ id }) => id !== 'default-namespace');
  const all = sides.flatMap(({ rendered }) => rendered?.resources ?? []);
  const contextFor = contextIndex(all);
  // What could not be rendered or read may hold the object that another unit misses.
  const whole =
    sides.length < 2
      ? {}
      : {
          all: workloadSet(
            all,
            sides.every(({ rendered }) => rendered?.problems.length === 0),
          ),
        };
  const units = sides.map(({ unit, rendered }): UnitFindings => {
    if (rendered === undefined) return { unit, status: 'failed', findings: [] };
    // A chart that nobody gives a namespace renders into `default` only because helm needs one.
    const assumed = unit.kind === 'helm' && unit.release.namespace === 'default';
    const options: RunOptions = {
      checks: assumed ? unlessAssumed : checks,
      kubeVersion: { major, minor },
      options: Object.fromEntries(settings.map(([id, one]) => [id, one.options])),
      severities: Object.fromEntries(
        settings.flatMap(([id, { severity }]) => (severity === undefined ? [] : [[id, severity]])),
      ),
      // Only a scan of everything knows all objects; and a document that could not be read may be the one that a join misses.
      complete: input.changes === 'all' && rendered.problems.length === 0,
      context: contextFor(unit.id, rendered.resources),
      ...whole,
      redundant: input.checks === 'all',
    };
    const judgement = judge(rendered.resources, options);
    problems.push(...judgement.problems.map((problem) => ({ ...problem, unit: unit.id })));
    redundant += judgement.redundant;
    const partial = rendered.problems.length > 0;
    const findings = rawFindings(judgement.found, unit);
    renders.push({ unit, rendered, options, findings });
    return { unit, status: 'rendered', partial, findings };
  });
  return { units, problems, renders, redundant };
}

function asExisting(finding: RawFinding): ComparedFinding {
  return { ...finding, status: 'existing' };
}

/** Whether the diff wrote a finding's line; traced ahead only for units whose base failed, where nothing else can tell. */
async function writtenBy(
  judged: { head: { units: readonly UnitFindings[] }; base: { units: readonly UnitFindings[] } },
  locate: Locate,
  effects: ReviewEffects,
): Promise<(finding: RawFinding) => boolean> {
  if (effects.writtenLines === undefined) return () => false;
  const failed = new Set(judged.base.units.filter((one) => one.status !== 'rendered').map((one) => one.unit.id));
  const asked = judged.head.units.filter((one) => failed.has(one.unit.id)).flatMap((one) => one.findings);
  if (asked.length === 0) return () => false;
  const located = await locate(asked);
  const places = new Map(asked.flatMap((one, index) => (located[index] ? [[one, located[index]] as const] : [])));
  const ranges = await effects.writtenLines([...new Set([...places.values()].map(({ file }) => file))]);
  return (finding) => {
    const place = places.get(finding);
    if (place === undefined) return false;
    const inFile = ranges.get(place.file) ?? [];
    if (place.precision === 'file') return inFile.length > 0;
    return inFile.some(({ start, end }) => start <= place.span.endLine && place.span.startLine <= end);
  };
}

async function waived(
  findings: readonly Finding[],
  input: ReviewInput,
  base: readonly Side[],
  checks: readonly Check[],
  today: string,
): Promise<ReturnType<typeof waive>> {
  const files = [...new Set(findings.map(({ location }) => location.file))];
  const linesOf = async (tree: Tree): Promise<Map<string, string[]>> =>
    new Map([...(await tree.readMany(files))].map(([file, bytes]) => [file, bytes.toString('utf8').split('\n')]));
  const headLines = await linesOf(input.head);
  const baseLines = input.base === undefined ? headLines : await linesOf(input.base);
  const key = (unit: string, { kind, namespace, name }: Finding['resource']): string =>
    JSON.stringify([unit, kind, namespace, name]);
  const objects = new Map(
    base.flatMap(({ unit, rendered }) =>
      (rendered?.resources ?? []).map((resource) => [key(unit.id, resource), resource.manifest] as const),
    ),
  );
  return waive(findings, {
    settings: input.settings.waivers,
    today,
    checks,
    baseObject: (finding) => objects.get(key(finding.unit, finding.resource)),
    headLines: (file) => headLines.get(file),
    baseLines: (file) => baseLines.get(file),
    ...(input.settingsFile === undefined ? {} : { settingsFile: input.settingsFile }),
    ...(input.base !== undefined || input.changes !== 'all' ? {} : { whole: await waiversOf(input.head, base) }),
  });
}

/** All objects of a scan, and those of its units' files in which a waiver is written. */
async function waiversOf(tree: Tree, sides: readonly Side[]): Promise<NonNullable<WaiverSources['whole']>> {
  const isOurs = (file: string): boolean =>
    sides.some(({ unit }) =>
      unit.kind === 'plain' ? unit.files.includes(file) : unit.root === '.' || file.startsWith(`${unit.root}/`),
    );
  const files = (await tree.grep(['plimsoll: waive'], ['.yaml', '.yml', '.tpl'])).filter(isOurs);
  const contents = await tree.readMany(files);
  return {
    objects: sides.flatMap(({ rendered }) => rendered?.resources ?? []),
    files: new Map([...contents].map(([file, bytes]) => [file, bytes.toString('utf8').split('\n')])),
  };
}

function countsOf(sides: readonly Side[]): ObjectCount[] {
  return sides.flatMap(({ unit, rendered }) =>
    rendered === undefined ? [] : [{ unit: unit.id, objects: rendered.resources.length }],
  );
}

/** One row a unit, base and head together; a unit that is gone counts by its base. */
function unitReports(head: readonly Side[], base: readonly Side[]): UnitReport[] {
  const former = new Map(base.map((side) => [side.unit.id, side]));
  const now = new Set(head.map((side) => side.unit.id));
  return [...head, ...base.filter((side) => !now.has(side.unit.id))].map((side) => {
    const { unit, rendered, problems } = side;
    const [problem] = problems;
    const other = now.has(unit.id) ? former.get(unit.id) : undefined;
    return {
      id: unit.id,
      kind: unit.kind,
      root: unit.root,
      variant: unit.variant,
      status: rendered === undefined ? 'failed' : 'rendered',
      ...(rendered === undefined && problem !== undefined ? { problem: problem.message } : {}),
      because: unit.because,
      milliseconds: side.milliseconds + (other === undefined || other === side ? 0 : other.milliseconds),
      resources: rendered?.resources.length ?? 0,
    };
  });
}

/** Whether a file is among what was asked for: as the only manifest of a folder would be. */
function isAsked(file: string, scope: ReviewInput['scope']): boolean {
  if (scope === undefined) return true;
  return scope({ kind: 'plain', id: '', root: '.', variant: '', files: [file], because: [] }) !== undefined;
}

/**
 * Each problem once: what a unit said of a file is not said again without the unit, and what is wrong on both sides is
 * said of the head.
 */
function eachOnce(problems: readonly Problem[]): Problem[] {
  const key = ({ code, message, file, line }: Problem, unit = ''): string =>
    JSON.stringify([code, message, file, line, unit]);
  const ofHead = new Set(problems.filter(({ side }) => side !== 'base').map((problem) => key(problem, problem.unit)));
  const named = new Set(
    problems.flatMap(({ unit, side, code, file }) => (unit === undefined ? [] : [JSON.stringify([code, file, side])])),
  );
  return distinct(problems).filter((problem) => {
    const { unit, side, code, file } = problem;
    if (side === 'base' && ofHead.has(key(problem, unit))) return false;
    return unit !== undefined || file === undefined || !named.has(JSON.stringify([code, file, side]));
  });
}

/** The same words about the same thing, once. */
function distinct<Item extends object>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
