import type { HelmUnit, Notice } from '../../model.ts';
import type { Reference, References } from '../gitops/reference.ts';
import { below, folderOf, isWithin, join, nameOf } from '../paths.ts';
import { Reasons, type Discovered, type Scope } from '../scope.ts';
import { chartMetadata, localDependencies, type ChartMetadata, type Charts } from './charts.ts';
import { defaultRelease, inferredValues, variantsOf, type Variant } from './variants.ts';

/** Files of a chart that helm only reads when a template asks for them by `.Files`. */
const prose = /^(README|LICENSE|CHANGELOG|CONTRIBUTING|OWNERS|NOTICE)([.].*)?$/i;
const chartFiles =
  /^(Chart\.(yaml|lock)|requirements\.(yaml|lock)|values[^/]*|\.helmignore)$|^(templates|crds|charts|ci|values)\//;

/** The charts that changed files lie in, with the reasons; every chart when all are wanted. */
export async function touchedCharts(scope: Scope, charts: Charts): Promise<Reasons> {
  const touched = new Reasons();
  const doubtful = new Reasons();
  if (scope.changed === 'all') {
    for (const chart of charts.all())
      if (charts.top(chart) === chart) touched.add(chart, join(chart, 'Chart.yaml'), 'is a chart');
    return touched;
  }
  for (const file of scope.changed) {
    const around = charts.around(file);
    if (around === undefined) continue;
    const chart = charts.top(around);
    const inside = below(file, chart);
    const plain = prose.test(inside) || (chart === '.' && !chartFiles.test(inside));
    (plain ? doubtful : touched).add(
      chart,
      file,
      around === chart ? 'is part of the chart' : `is part of its subchart ${nameOf(around)}`,
    );
  }
  const open = doubtful.things().filter((chart) => !touched.has(chart));
  if (open.length > 0) {
    const readers = await scope.tree.grep(['.Files'], ['.yaml', '.yml', '.tpl', '.txt']);
    for (const chart of open)
      if (readers.some((file) => isWithin(file, chart)))
        for (const { file } of doubtful.of(chart)) touched.add(chart, file, 'can be read by the chart’s templates');
  }
  return touched;
}

/** Adds the charts that take a touched chart as a `file://` dependency from its place in the repository. */
export async function addDependents(scope: Scope, touched: Reasons, candidates: readonly string[]): Promise<void> {
  const dependents = [...new Set(candidates.map(folderOf))];
  const metadata = await chartMetadata(scope.tree, dependents);
  for (let grown = true; grown;) {
    grown = false;
    for (const [chart, known] of metadata) {
      if (touched.has(chart)) continue;
      for (const { name, from } of localDependencies(chart, known, scope.listing)) {
        for (const { file } of touched.of(from)) {
          touched.add(chart, file, `is part of its dependency ${name} (${from})`);
          grown = true;
        }
      }
    }
  }
}

/**
 * One unit per set of values of each chart that the changes reach.
 * @param inflates whether a kustomization renders the chart: it is judged there, and alone only where something else names it
 */
export async function helmUnits(
  scope: Scope,
  charts: Charts,
  touched: Reasons,
  references: References,
  inflates: (chart: string) => boolean,
): Promise<Discovered> {
  const { listing, settings, changed } = scope;
  const found: Discovered = { units: [], problems: [], notices: [] };
  const named = new Map<string, Reference[]>();
  for (const reference of references.followed) {
    if (!listing.has(join(reference.folder, 'Chart.yaml'))) continue;
    named.set(reference.folder, [...(named.get(reference.folder) ?? []), reference]);
  }
  const own = new Set(settings.helm.charts.filter(({ releases }) => releases.length > 0).map(({ path }) => path));
  const folders = new Set([
    ...touched.things().filter((chart) => charts.has(chart) && (own.has(chart) || !inflates(chart))),
    ...named.keys(),
  ]);
  for (const { path, releases } of settings.helm.charts)
    if (charts.has(path) && releases.some(({ values }) => values.some((file) => isChanged(changed, file))))
      folders.add(path);
  const metadata = await chartMetadata(scope.tree, [...folders]);
  for (const chart of [...folders].sort()) {
    const known = metadata.get(chart);
    if (known?.library === true) {
      found.notices.push(libraryNotice(chart));
      continue;
    }
    const variants = variantsOf(
      chart,
      defaultRelease(chart, known?.name),
      settings.helm.charts.filter(({ path }) => path === chart).flatMap(({ releases }) => releases),
      named.get(chart) ?? [],
      listing,
    );
    for (const variant of variants) {
      const unit = unitOf(
        variant,
        touched,
        scope,
        inferredValues(chart, listing).map((file) => join(chart, file)),
      );
      if (unit !== undefined) found.units.push(unit);
    }
    found.notices.push(
      ...ignoredParts(named.get(chart) ?? [], found.units),
      ...unusedValues(chart, known, variants, scope),
    );
  }
  return found;
}

function isChanged(changed: Scope['changed'], file: string): boolean {
  return changed === 'all' || changed.has(file);
}

/** The variant as a unit, or undefined when no change reaches it. */
function unitOf(variant: Variant, touched: Reasons, { changed }: Scope, environments: string[]): HelmUnit | undefined {
  const { source, reads, ...rest } = variant;
  const why = new Reasons();
  // A values file of one environment does not touch the others.
  const others = new Set(environments.filter((file) => !variant.values.includes(file)));
  for (const { file, reason } of touched.of(variant.root)) if (!others.has(file)) why.add('', file, reason);
  for (const file of new Set([...variant.values, ...reads]))
    if (changed !== 'all' && changed.has(file)) why.add('', file, 'gives values to this render');
  if (changed !== 'all' && source !== undefined && changed.has(source.file))
    why.add('', source.file, `holds the ${source.object} that deploys this chart`);
  return why.has('') ? { kind: 'helm', ...rest, because: why.of('') } : undefined;
}

function libraryNotice(chart: string): Notice {
  return {
    code: 'library-chart',
    message: `${chart} is a library chart: it renders nothing alone and is judged through the charts that depend on it.`,
    unit: `helm:${chart}`,
    file: join(chart, 'Chart.yaml'),
  };
}

function ignoredParts(
  references: readonly Reference[],
  units: readonly { variant: string; id: string; root: string }[],
): Notice[] {
  return references.flatMap(({ ignored, object, file, folder, variant }) => {
    const unit = units.find((one) => one.root === folder && one.variant === variant);
    if (unit === undefined || ignored.length === 0) return [];
    return [
      {
        code: 'gitops-option-ignored',
        message: `${object} is rendered without its ${ignored.join(', ')}.`,
        unit: unit.id,
        file,
      },
    ];
  });
}

/** A changed values file of the chart that no set of values names was not judged; say so. */
function unusedValues(
  chart: string,
  known: ChartMetadata | undefined,
  variants: readonly Variant[],
  { changed, listing }: Scope,
): Notice[] {
  if (changed === 'all' || known === undefined) return [];
  const used = new Set(variants.flatMap(({ values, reads }) => [...values, ...reads]));
  return inferredValues(chart, listing)
    .map((file) => join(chart, file))
    .filter((file) => changed.has(file) && !used.has(file))
    .map((file) => ({
      code: 'values-unused',
      message: `${file} changed, but no release that the settings or GitOps objects name uses it; it was not rendered.`,
      file,
    }));
}
