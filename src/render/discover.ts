import picomatch from 'picomatch';
import type { Change, Notice, Problem, RenderUnit, Tree } from '../model.ts';
import type { Settings } from '../settings.ts';
import { gitOpsFiles, referencesOf } from './gitops/discover.ts';
import { addDependents, helmUnits, touchedCharts } from './helm/discover.ts';
import { chartsOf, type Charts } from './helm/charts.ts';
import { kustomizeUnits, touchedKustomizations } from './kustomize/discover.ts';
import { kustomizationsOf } from './kustomize/graph.ts';
import { listingOf } from './listing.ts';
import { join } from './paths.ts';
import { plainUnits } from './plain/discover.ts';
import { changedPaths, type Discovered, type Scope } from './scope.ts';

/**
 * The units of a tree that the changes can affect; every unit for `all`. Called for base and head on their own: ids stay the
 * same over commits. The cost follows the changes: beyond the listing, the kustomization files and one search, only what
 * could matter is read.
 */
export async function discoverUnits(
  tree: Tree,
  changes: readonly Change[] | 'all',
  settings: Settings,
): Promise<Discovered> {
  const listing = await listingOf(tree);
  const scope: Scope = { tree, listing, settings, changed: changedPaths(changes) };
  if (changes !== 'all' && changes.length === 0) return { units: [], problems: [], notices: [] };
  const charts = chartsOf(listing);
  readAhead(scope, charts);
  const [kustomizations, touched, hits] = await Promise.all([
    kustomizationsOf(tree, listing),
    touchedCharts(scope, charts),
    gitOpsFiles(scope, charts),
  ]);
  const reached = touchedKustomizations(scope, kustomizations);
  await addDependents(scope, touched, hits.charts);
  const references = await referencesOf(scope, hits.objects, kustomizations, [
    ...touched.things(),
    ...reached.things(),
  ]);
  const parts = [
    await helmUnits(scope, charts, touched, references, (chart) => kustomizations.inflates(chart)),
    kustomizeUnits(kustomizations, reached, references),
    await plainUnits(scope, charts, kustomizations, references),
  ];
  const found: Discovered = {
    units: parts.flatMap(({ units }) => units),
    problems: [...parts.flatMap(({ problems }) => problems), ...submodules(scope)],
    notices: [...parts.flatMap(({ notices }) => notices), ...unfollowed(references, scope)],
  };
  return withoutExcluded(found, settings);
}

/** Charts whose files are read ahead, and the largest of these files in bytes: what is larger is not kept in memory anyway. */
const ahead = { charts: 8, bytes: 2 ** 16 };

/** Asks git for the files of the charts that changed together with what finding them reads, instead of one after the other. */
function readAhead({ tree, listing, changed }: Scope, charts: Charts): void {
  if (changed === 'all' || tree.commit === '') return;
  const touched = new Set([...changed].map((file) => charts.around(file)).filter((chart) => chart !== undefined));
  if (touched.size > ahead.charts) return;
  const wanted = new Set([...touched].map((chart) => charts.top(chart)).flatMap((chart) => listing.filesBelow(chart)));
  const files = [...wanted].filter((path) => (listing.find(path)?.size ?? 0) <= ahead.bytes);
  // Whoever needs them asks again, and gets the reason why not.
  tree.readMany(files).catch(() => undefined);
}

/** Objects that deploy something this repository does not hold: named when the change concerns them. */
function unfollowed(references: Awaited<ReturnType<typeof referencesOf>>, { changed }: Scope): Notice[] {
  return references.unfollowed
    .filter(({ file, reads }) => changed === 'all' || changed.has(file) || reads.some((path) => changed.has(path)))
    .map(({ object, reason, file }) => ({
      code: 'gitops-not-followed',
      message: `What ${object} deploys was not rendered: ${reason}.`,
      file,
    }));
}

/** What a submodule holds is in another repository, so it was not judged: named when the change moves it. */
function submodules({ listing, changed }: Scope): Problem[] {
  return listing
    .special()
    .filter(({ path, type }) => type === 'submodule' && (changed === 'all' || changed.has(path)))
    .map(({ path }) => ({
      code: 'submodule',
      message: `Submodule "${path}" was not rendered: what it holds is not in this repository.`,
      hint: 'Review it where it is kept, copy the files into the repository, or leave it out with `exclude` in the settings.',
      file: path,
    }));
}

/** Applies `include` and `exclude`; each unit left out is named with the reason. */
function withoutExcluded(found: Discovered, { include, exclude }: Settings): Discovered {
  if (include.length === 0 && exclude.length === 0) return found;
  const included = include.length === 0 ? (): boolean => true : picomatch(include, { dot: true });
  const excluded = exclude.length === 0 ? (): boolean => false : picomatch(exclude, { dot: true });
  const units: RenderUnit[] = [];
  const notices: Notice[] = [];
  for (const unit of found.units) {
    const kept = narrowed(unit, (path) => included(path) && !excluded(path), included, excluded);
    if (kept === undefined)
      notices.push({
        code: 'unit-excluded',
        message: `${unit.id} was left out by \`include\` or \`exclude\` in the settings.`,
        unit: unit.id,
      });
    else units.push(kept);
  }
  const problems = found.problems.filter(({ file }) => file === undefined || (included(file) && !excluded(file)));
  return { units, problems, notices: [...found.notices, ...notices] };
}

type Match = (path: string) => boolean;

function narrowed(unit: RenderUnit, wanted: Match, included: Match, excluded: Match): RenderUnit | undefined {
  if (unit.kind === 'plain') {
    const files = unit.files.filter(wanted);
    return files.length === 0 ? undefined : files.length === unit.files.length ? unit : { ...unit, files };
  }
  const file = join(unit.root, unit.kind === 'helm' ? 'Chart.yaml' : 'kustomization.yaml');
  const own = unit.kind === 'helm' ? unit.values.at(-1) : undefined;
  const either = (match: Match): boolean => match(unit.root) || match(file);
  return either(included) && !either(excluded) && !(own !== undefined && excluded(own)) ? unit : undefined;
}
