/**
 * The pipeline on one page: discover, render base and head, check, compare, trace, waive, report. Its effects (files, sandbox,
 * clock) are parameters; the App, the command line and the Action call the same function.
 */
import { compareUnits, type ComparedFinding, type RawFinding, type UnitFindings } from './analyze/compare.ts';
import { conclude } from './analyze/conclude.ts';
import { withEmptied } from './analyze/emptied.ts';
import { imageChanges } from './analyze/images.ts';
import { mergeFindings, type PlacedFinding } from './analyze/merge.ts';
import { selectChecks } from './analyze/select.ts';
import type { Check } from './check.ts';
import { fixPlaces } from './fix-places.ts';
import { findingsOf, judgeSide, type JudgedUnit } from './judge-side.ts';
import { budgetOf, locator, originOf, type Locate } from './locate.ts';
import type { Finding, Problem, Report, RenderUnit } from './model.ts';
import type { DoStage } from './observe.ts';
import { inPool } from './pool.ts';
import { distinct, eachOnce, isAsked } from './problems.ts';
import { renderedAgain } from './random.ts';
import { announcing } from './render/announce.ts';
import { discoverUnits } from './render/discover.ts';
import type { ReviewEffects, ReviewInput } from './review-input.ts';
import { comparableObjects, contextOf, countsOf, renderSide, type Side, type SideName } from './side.ts';
import { unitReports } from './unit-reports.ts';
import { waived } from './waived.ts';
import { wholeSides } from './whole-sides.ts';

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
  const judge = async (units: readonly Side[]): Promise<readonly JudgedUnit[]> => {
    const { checks } = await (loading ??= load(input, effects));
    return stage('check', () => judgeSide(units, checks, input));
  };
  const ahead = new Map<SideName, Promise<readonly JudgedUnit[]>>();
  const done = wholeSides<Side>(wanted, (side, units) => {
    // The other side's tools are all at work when the checks are being loaded; before, they would have to wait.
    if (loading === undefined) return;
    const judging = judge(units);
    judging.catch(() => undefined);
    ahead.set(side, judging);
  });
  const sandbox = announcing(effects.sandbox, Math.min(effects.concurrency, wanted.length), () => {
    loading ??= load(input, effects);
    // Awaited below; a failure must not end the process before that.
    loading.catch(() => undefined);
  });
  const sides = await stage('render', () =>
    inPool(wanted, effects.concurrency, async ({ unit, tree, side }, index) => {
      const one = { side, ...(await renderSide(unit, tree, side, input, { ...effects, sandbox }, proofs)) };
      done(index, one);
      return one;
    }),
  );
  const { checks, unasked, objectDiffs } = await (loading ??= load(input, effects));
  const random = await stage('render', () =>
    renderedAgain(sides, effects.concurrency, async ({ unit, side }) => {
      const tree = side === 'head' ? input.head : (input.base ?? input.head);
      return (await renderSide(unit, tree, side, input, effects)).rendered;
    }),
  );
  const head = sides.filter(({ side }) => side === 'head');
  const base = sides.filter(({ side }) => side === 'base');
  const judged = {
    head: findingsOf(await (ahead.get('head') ?? judge(head))),
    base: findingsOf(await (ahead.get('base') ?? judge(base))),
  };

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
    ...(typeof input.checks === 'object' ? {} : { leftOut: { checks: unasked, redundant: judged.head.redundant } }),
    failOn: input.settings.failOn,
    conclusion: conclude({ findings: failing(findings, comparable), problems, units, failOn: input.settings.failOn }),
    milliseconds: effects.now() - started,
  };
}

/** What is only needed once objects are rendered. Loading it takes this process as long as a render takes another. */
async function load(
  { diffs, settings, checks: asked }: ReviewInput,
  effects: ReviewEffects,
): Promise<{
  checks: readonly Check[];
  /** How many checks there are beside these. */
  unasked: number;
  objectDiffs?: typeof import('./analyze/object-diff.ts').objectDiffs;
}> {
  const [known, objectDiff] = await Promise.all([
    effects.loadChecks(),
    diffs === false ? undefined : import('./analyze/object-diff.ts'),
  ]);
  const checks = selectChecks(known, settings, asked);
  return { checks, unasked: known.length - checks.length, ...objectDiff };
}

/** A scan has nothing to compare with: all it finds counts. */
function failing(findings: readonly Finding[], compared: boolean): Finding[] {
  return compared ? [...findings] : findings.map((finding) => ({ ...finding, status: 'introduced' }));
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
