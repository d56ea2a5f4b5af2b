/** From what an inflated chart renders on to the values key or template line that it comes from. */
import type { Path, Resource, SourceLocation, TrailStep } from '../../model.ts';
import { wholeFile } from '../place.ts';
import { follow, stepsOf } from './field.ts';
import type { InflatedChart } from './inflate.ts';
import { sourcesIn } from './sources.ts';

type Text = (file: string) => string | undefined;

/** The place with every step in a file of the repository: what lies in a chart's render is traced on by helm's own tracer. */
export async function inRepository(
  location: SourceLocation,
  asked: { resource: Resource; path: Path },
  charts: readonly InflatedChart[],
  text: Text,
): Promise<SourceLocation> {
  const chart = charts.find(({ file }) => file === location.file);
  const trail = location.trail.map((step) => {
    const made = charts.find(({ file }) => file === step.file);
    return made === undefined ? step : entryStep(made, text);
  });
  if (chart === undefined) return { ...location, trail };
  const steps = stepsOf(asked.resource.manifest, asked.path);
  const resource = chart.rendered.resources.findLast(
    (one) => one.kind === asked.resource.kind && one.locate([]).startLine <= location.span.startLine,
  );
  if (resource === undefined) return entryLocation(chart, text);
  const there = follow(resource.manifest, steps).path;
  const found = await chart.rendered.trace(resource, [...there, ...asked.path.slice(there.length)]);
  if (found.precision === 'file') return entryLocation(chart, text);
  // Each half was proved by itself, the finding by neither.
  const isSure = location.precision !== 'nearest' && found.precision !== 'nearest';
  return {
    ...found,
    precision: isSure ? 'exact' : 'nearest',
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
