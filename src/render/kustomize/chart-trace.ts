/** From what an inflated chart renders on to the values key or template line that it comes from. */
import type { Path, Resource, SourceLocation, TrailStep } from '../../model.ts';
import type { Fault } from '../renderer.ts';
import { wholeFile } from '../place.ts';
import { follow, stepsOf } from './field.ts';
import type { InflatedChart } from './inflate.ts';
import { sourcesIn } from './sources.ts';

type Text = (file: string) => string | undefined;

/** The build's objects with other text in place of what a chart renders; undefined when it fails. */
export type BuildWithChart = (chart: InflatedChart, text: string) => Promise<readonly Resource[] | undefined>;

/** Judges trials of a chart by the build that takes what it renders: a finding is one of the build's objects. */
export function chartFaults(build: BuildWithChart): (chart: InflatedChart) => {
  rendered: NonNullable<Fault['rendered']>;
  after: (resources: readonly Resource[]) => readonly Resource[] | undefined;
} {
  const builds = new WeakMap<readonly Resource[], readonly Resource[]>();
  const told = new Map<InflatedChart, NonNullable<Fault['rendered']>>();
  return (chart) => {
    // One for all questions about a chart: each trial is built once.
    const rendered =
      told.get(chart) ??
      (async (after: readonly Resource[], text: string): Promise<void> => {
        const built = await build(chart, text);
        if (built !== undefined) builds.set(after, built);
      });
    told.set(chart, rendered);
    return { rendered, after: (resources) => builds.get(resources) };
  };
}

/** The place with every step in a file of the repository: what lies in a chart's render is traced on by helm's own tracer. */
export async function inRepository(
  location: SourceLocation,
  asked: { resource: Resource; path: Path; fault: Fault | undefined },
  charts: readonly InflatedChart[],
  text: Text,
  faultOf: ReturnType<typeof chartFaults>,
): Promise<SourceLocation> {
  const chart = charts.find(({ file }) => file === location.file);
  const trail = location.trail.map((step) => {
    const made = charts.find(({ file }) => file === step.file);
    return made === undefined ? step : entryStep(made, text);
  });
  if (chart === undefined) return { ...location, trail };
  const resource = chart.rendered.resources.findLast(
    (one) => one.kind === asked.resource.kind && one.locate([]).startLine <= location.span.startLine,
  );
  if (resource === undefined) return entryLocation(chart, text);
  // Positions in lists may be others after the build.
  const inChart = (path: Path): Path => {
    const there = follow(resource.manifest, stepsOf(asked.resource.manifest, path)).path;
    return [...there, ...path.slice(there.length)];
  };
  const { fault } = asked;
  const { rendered, after } = faultOf(chart);
  const own: Fault | undefined = fault && {
    ...fault,
    edits: fault.edits.map((edit) => ({ ...edit, path: inChart(edit.path) })),
    rendered,
    status(resources) {
      const built = after(resources);
      return built === undefined ? 'there' : fault.status(built);
    },
  };
  const found = await chart.rendered.trace(resource, inChart(asked.path), own);
  if (found.precision === 'file') return entryLocation(chart, text);
  // Without a finding to judge the build by, each half was tried by itself.
  const tried = fault === undefined && found.precision === 'verified' ? 'exact' : found.precision;
  return {
    ...found,
    precision: location.precision === 'nearest' && tried !== 'verified' ? 'nearest' : tried,
    trail: [...found.trail, entryStep(chart, text), ...trail],
  };
}

/** The entry of `helmCharts` itself. */
export function entryLocation(chart: InflatedChart, text: Text): SourceLocation {
  const { file, span } = entryStep(chart, text);
  return { file, span, precision: 'nearest', trail: [] };
}

function entryStep({ kustomization, entry }: InflatedChart, text: Text): TrailStep {
  const [source] = sourcesIn(kustomization, text(kustomization) ?? '');
  const span = source?.find(['helmCharts', entry.index])?.span ?? wholeFile(kustomization).span;
  return { label: `chart ${entry.name} of helmCharts`, file: kustomization, span };
}
