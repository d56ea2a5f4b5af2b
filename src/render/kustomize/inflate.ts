/** Renders what `helmCharts` names by our own means, so that kustomize itself never starts helm. */
import { rm, writeFile } from 'node:fs/promises';
import { join as joinHere } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import type { HelmUnit, InlineValues, JsonMap, KustomizeUnit, Notice, Problem } from '../../model.ts';
import { helmRenderer } from '../helm/render.ts';
import type { Listing } from '../listing.ts';
import { join, nameOf, resolve } from '../paths.ts';
import { refuse } from '../prescan/prescan.ts';
import type { RenderContext, Rendered } from '../renderer.ts';
import { listOf, mapOf, mappingOf, textOf, textsOf } from '../yaml.ts';
import { chartEntries, valuesOf, type ChartEntry } from './chart-entry.ts';
import type { Closure, Kustomizations } from './graph.ts';
import type { Kustomization } from './kustomization.ts';
import { sourcesIn } from './sources.ts';

/** A chart that was rendered for a kustomization. */
export interface InflatedChart {
  /** The file of the copy that holds what it renders; there is none of that path in the repository. */
  file: string;
  entry: ChartEntry;
  /** The kustomization that names it. */
  kustomization: string;
  rendered: Rendered;
}

export interface Inflation {
  charts: readonly InflatedChart[];
  /** The kustomizations as the copy has them: with what the charts render among their resources. */
  graph: Kustomizations;
  /** The text of a file as the copy has it. */
  inCopy(file: string, text: string): string;
  problems: Problem[];
  notices: Notice[];
  /** Wall-clock time of helm. */
  milliseconds: number;
}

/** Renders the charts of all kustomizations that the build reads. */
export async function inflate(
  unit: KustomizeUnit,
  context: RenderContext,
  closure: Closure,
  all: Kustomizations,
  listing: Listing,
): Promise<Inflation> {
  const charts: InflatedChart[] = [];
  for (const folder of closure.folders) {
    const one = all.byFolder.get(folder);
    if (one === undefined || listOf(one.value().helmCharts).length === 0) continue;
    for (const entry of await chartEntries(one.value(), folder, context.tree, listing)) {
      if (!('chart' in entry)) {
        refuse([{ ...entry, file: one.file }]);
        continue;
      }
      const rendered = await renderEntry(unit, context, one, entry);
      const file = freeName(one.folder, entry.name, (name) => listing.has(name) || charts.some((c) => c.file === name));
      charts.push({ file, entry, kustomization: one.file, rendered });
    }
  }
  const inflating = new Set(charts.map(({ kustomization }) => kustomization));
  const withResources = (file: string, value: JsonMap): JsonMap => {
    const kept = Object.entries(value).filter(([key]) => key !== 'helmCharts' && key !== 'helmGlobals');
    const made = charts.filter((one) => one.kustomization === file && !isEmpty(one)).map((one) => nameOf(one.file));
    return { ...Object.fromEntries(kept), resources: [...listOf(value.resources), ...made] };
  };
  const byFolder = new Map(all.byFolder);
  for (const [folder, one] of all.byFolder)
    if (inflating.has(one.file)) byFolder.set(folder, one.holding(withResources(one.file, one.value())));
  return {
    charts,
    graph: { ...all, byFolder },
    inCopy: (file, text) => {
      const value = inflating.has(file) ? mappingOf(text) : undefined;
      return value === undefined ? text : `${JSON.stringify(withResources(file, value), null, 2)}\n`;
    },
    problems: charts.flatMap(({ rendered }) => rendered.problems),
    notices: charts.flatMap(({ rendered }) => rendered.notices.map((notice) => ({ ...notice, unit: unit.id }))),
    milliseconds: charts.reduce((sum, { rendered }) => sum + rendered.milliseconds, 0),
  };
}

const isEmpty = ({ rendered }: InflatedChart): boolean =>
  rendered.resources.length === 0 && rendered.problems.length === 0;

/** The same over commits, so that what quotes it does not differ. */
function freeName(folder: string, chart: string, isTaken: (path: string) => boolean): string {
  for (let count = 0; ; count++) {
    const path = join(folder, `helm-chart-${chart}${count === 0 ? '' : `-${count}`}.yaml`);
    if (!isTaken(path)) return path;
  }
}

/** Puts what the charts render into the copy, and the kustomizations that take it as a resource. */
export async function placeCharts(inflation: Inflation, into: string, context: RenderContext): Promise<void> {
  const { charts } = inflation;
  for (const { file, rendered } of charts) await replaceFile(joinHere(into, file), rendered.text);
  for (const file of new Set(charts.map(({ kustomization }) => kustomization))) {
    const text = (await context.tree.read(file))?.toString('utf8') ?? '';
    await replaceFile(joinHere(into, file), inflation.inCopy(file, text));
  }
}

/** A link's target may be another's file: the link gives way to a file of its own. */
async function replaceFile(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { flag: 'wx', mode: 0o644 });
}

async function renderEntry(
  unit: KustomizeUnit,
  context: RenderContext,
  one: Kustomization,
  entry: ChartEntry,
): Promise<Rendered> {
  const { value } = entry;
  try {
    const helmUnit = await helmUnitOf(unit, context, one, entry);
    return await helmRenderer.render(helmUnit, {
      ...context,
      kubeVersion: textOf(value.kubeVersion) || context.kubeVersion,
      apiVersions: [...context.apiVersions, ...textsOf(value.apiVersions)],
    });
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.file !== undefined) throw error;
    const line = await entryLine(context, one.file, entry.index);
    const { code, message, hint, also } = error;
    throw new PlimsollError(code, message, hint, { file: one.file, line, also, cause: error });
  }
}

async function entryLine(context: RenderContext, file: string, index: number): Promise<number> {
  const [source] = sourcesIn(file, (await context.tree.read(file))?.toString('utf8') ?? '');
  return source?.find(['helmCharts', index])?.span.startLine ?? 1;
}

/** The entry as a unit of helm's. */
async function helmUnitOf(
  unit: KustomizeUnit,
  context: RenderContext,
  one: Kustomization,
  entry: ChartEntry,
): Promise<HelmUnit> {
  const { value, chart, name, index } = entry;
  const values: string[] = [];
  const inlineValues: InlineValues[] = [];
  for (const given of valuesOf(entry)) {
    if ('inline' in given) {
      const path = ['helmCharts', index, 'valuesInline'];
      inlineValues.push({ file: one.file, document: 0, path, values: given.inline });
      continue;
    }
    const file = 'own' in given ? given.own : valuesPath(one.folder, given.file);
    // helm is given all files before all inline values, so a file that comes later is given like those.
    if (inlineValues.length === 0) values.push(file);
    else inlineValues.push({ file, document: 0, path: [], values: await valuesIn(context, file, 'own' in given) });
  }
  const leaveOut = [
    ...(value.includeCRDs === true ? [] : (['crds'] as const)),
    ...(value.skipHooks === true ? (['hooks'] as const) : []),
    ...(value.skipTests === true ? (['tests'] as const) : []),
  ];
  return {
    kind: 'helm',
    id: `helm:${chart}`,
    root: chart,
    variant: '',
    because: unit.because,
    values,
    ...(inlineValues.length === 0 ? {} : { inlineValues }),
    // kustomize has helm make up a name where there is none; it would differ from render to render.
    release: { name: textOf(value.releaseName) || name, namespace: textOf(value.namespace) || 'default' },
    leaveOut,
  };
}

function valuesPath(folder: string, reference: string): string {
  const path = resolve(folder, reference);
  if (path !== undefined) return path;
  throw new PlimsollError(
    'path-outside',
    `The values file "${reference}" in helmCharts leaves the repository.`,
    'Name a file of the repository, relative to the kustomization.',
  );
}

async function valuesIn(context: RenderContext, file: string, optional: boolean): Promise<JsonMap> {
  const bytes = await context.tree.read(file);
  if (bytes === undefined && !optional)
    throw new PlimsollError(
      'values-missing',
      `The values file ${file} in helmCharts does not exist.`,
      'Add the file, or take it out of the kustomization.',
    );
  const text = bytes?.toString('utf8') ?? '';
  const values = mappingOf(text);
  if (values === undefined && /^[^#\s-]/m.test(text))
    throw new PlimsollError('values-unreadable', `The values file ${file} is no YAML mapping.`, 'Mend the file.', {
      file,
    });
  return mapOf(values);
}
