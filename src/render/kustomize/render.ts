import { readFile, writeFile } from 'node:fs/promises';
import { join as joinHere, posix } from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import { PlimsollError } from '../../errors.ts';
import { parseManifests } from '../../manifest/parse.ts';
import { resourcesOf } from '../../manifest/resource.ts';
import type { JsonMap, KustomizeUnit, Notice, Problem, Resource, Tree } from '../../model.ts';
import { insidePath, kustomizeArguments } from '../arguments.ts';
import { openCopy } from '../copy.ts';
import { leftOut } from '../left-out.ts';
import { listingOf, type Listing } from '../listing.ts';
import { resolve } from '../paths.ts';
import { prescanKustomization } from '../prescan/kustomization.ts';
import { refuse, withCauses } from '../prescan/prescan.ts';
import type { RenderContext, Renderer } from '../renderer.ts';
import type { ToolResult } from '../sandbox.ts';
import { mapOf, mappingOf, textOf } from '../yaml.ts';
import { kustomizeFailure } from './failure.ts';
import { closureOf, kustomizationsOf, type Closure } from './graph.ts';
import { inflate, placeCharts, type InflatedChart, type Inflation } from './inflate.ts';
import { createTracer } from './trace.ts';

const annotation = 'config.kubernetes.io/origin';

/** Builds the kustomization in a copy that holds what it reaches and nothing else. */
export const kustomizeRenderer: Renderer<KustomizeUnit> = {
  kind: 'kustomize',
  async render(unit, context) {
    const listing = await listingOf(context.tree);
    const all = await kustomizationsOf(context.tree, listing);
    const closure = closureOf(unit.root, all, listing);
    refuse(await prescanKustomization(unit.root, context.tree));
    const inflation = await inflate(unit, context, closure, all, listing);
    const { result, problems, asked } = await build(unit, context, closure, inflation);
    const text = result.stdout.replaceAll('\r\n', '\n');
    const made = new Map(inflation.charts.map((one) => [one.file, one]));
    const readAgain = (again: string, isAsked: boolean): ReturnType<typeof readOutput> =>
      readOutput(again, context.parse, unit, { listing, made }, isAsked);
    const read = await readAgain(text, asked);
    const notices = [...(await oddNames(unit, context.tree, closure)), ...inflation.notices];
    if (read.resources.length === 0 && read.problems.length === 0) notices.push(emptyRender(unit));
    const trace = createTracer({
      unit,
      context,
      closure,
      inflation,
      resources: read.resources,
      inflated: (resource) => read.inflated.get(resource),
      read: async (again) => (await readAgain(again, false)).resources,
    });
    const varying = inflation.charts.filter(({ rendered }) => rendered.mayVary !== undefined);
    return {
      text,
      resources: read.resources,
      problems: [...[...inflation.problems, ...problems].map((one) => ({ ...one, unit: unit.id })), ...read.problems],
      notices,
      milliseconds: inflation.milliseconds + result.milliseconds,
      ...(varying.length === 0
        ? {}
        : {
            mayVary: async () =>
              (await Promise.all(varying.map(async ({ rendered }) => (await rendered.mayVary?.()) === true))).includes(
                true,
              ),
          }),
      trace,
    };
  },
};

async function build(
  unit: KustomizeUnit,
  context: RenderContext,
  closure: Closure,
  inflation: Inflation,
): Promise<{ result: ToolResult; problems: Problem[]; asked: boolean }> {
  await using workspace = await context.sandbox.open();
  const { into, inside } = openCopy(workspace);
  const problems = await context.tree.export([...closure.files, ...closure.charts], into);
  const file = closure.kustomization;
  if (file === undefined) throw withCauses(missingKustomization(unit), problems);
  await placeCharts(inflation, into, context);
  const asked = await askForOrigins(joinHere(into, file));
  const options = context.signal === undefined ? {} : { signal: context.signal };
  const result = await workspace.run('kustomize', kustomizeArguments(insidePath(inside, unit.root)), options);
  if (result.exitCode !== 0)
    throw withCauses(
      await kustomizeFailure(unit, result, context.tree, closure, {
        folders: [into, inside, workspace.folder, workspace.inside],
        charts: inflation.charts,
      }),
      problems,
    );
  return { result, problems, asked };
}

function missingKustomization(unit: KustomizeUnit): PlimsollError {
  return new PlimsollError(
    'kustomize-failed',
    `${unit.root} has no kustomization file.`,
    'Add kustomization.yaml, or take the folder out of what points to it.',
    { file: unit.root },
  );
}

/**
 * Makes the copy's kustomization tell where each object comes from. Returns false when the author asked for that already, or
 * when the file is nothing that could be changed; kustomize then says what is wrong with it.
 */
async function askForOrigins(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8');
  const document = parseDocument(text, { uniqueKeys: false, version: '1.1', logLevel: 'silent' });
  if (document.errors.length > 0 || !isMap(document.contents)) return false;
  const asked = document.get('buildMetadata');
  if (isSeq(asked)) {
    if (asked.items.some((item) => String(item) === 'originAnnotations')) return false;
    asked.add('originAnnotations');
    await writeFile(file, document.toString());
    return true;
  }
  // Appended, so that the lines kustomize names in its errors stay those of the file.
  const flow = document.contents.flow === true;
  if (flow) document.set('buildMetadata', ['originAnnotations']);
  const end = /\n\.\.\.\s*$/.exec(text)?.index ?? text.length;
  await writeFile(file, flow ? document.toString() : `${text.slice(0, end)}\nbuildMetadata: [originAnnotations]\n`);
  return true;
}

async function readOutput(
  text: string,
  parse: RenderContext['parse'],
  unit: KustomizeUnit,
  { listing, made }: { listing: Listing; made: ReadonlyMap<string, InflatedChart> },
  asked: boolean,
): Promise<{ resources: Resource[]; problems: Problem[]; inflated: Map<Resource, InflatedChart> }> {
  const parsed = await (parse ?? parseManifests)(text);
  const { documents, faults } = parsed;
  const resources: Resource[] = [];
  const inflated = new Map<Resource, InflatedChart>();
  for (const document of documents) {
    const path = originPath(document.value, unit.root);
    const chart = path === undefined ? undefined : made.get(path);
    const origin = { file: chart?.kustomization ?? (path !== undefined && listing.has(path) ? path : '') };
    const told = chart === undefined ? document.value : withGenerator(document.value, chart, unit.root);
    const value = asked ? withoutOrigin(document.value) : told;
    const found = resourcesOf(
      { ...document, value },
      { unit: unit.id, namespace: '', origin, firstIndex: resources.length },
    );
    resources.push(...found);
    if (chart !== undefined) for (const one of found) inflated.set(one, chart);
  }
  const refused = leftOut(parsed).map(({ reason }) => ({ message: `${reason}.` }));
  const problems = [...faults, ...refused].map(({ message }): Problem => ({
    code: 'rendered-unreadable',
    message: `What ${unit.root} renders cannot be read: ${message}`,
    hint: 'Mend the kustomization so that it renders valid YAML.',
    unit: unit.id,
  }));
  return { resources, problems, inflated };
}

/** The path that kustomize names as the object's origin. A manifest can forge it: it need not exist. */
function originPath(value: JsonMap, root: string): string | undefined {
  const told = textOf(mapOf(mapOf(value.metadata).annotations)[annotation]);
  if (told === '') return undefined;
  const origin = mappingOf(told) ?? {};
  const named = textOf(origin.path) || textOf(origin.configuredIn);
  return named === '' ? undefined : resolve(root, named);
}

/** The origin as kustomize writes it for an object that its own inflator made. */
function withGenerator(value: JsonMap, { kustomization }: InflatedChart, root: string): JsonMap {
  const metadata = mapOf(value.metadata);
  const origin = `configuredIn: ${posix.relative(root, kustomization)}\nconfiguredBy:\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n`;
  const annotations = Object.freeze({ ...mapOf(metadata.annotations), [annotation]: origin });
  return Object.freeze({ ...value, metadata: Object.freeze({ ...metadata, annotations }) });
}

function withoutOrigin(value: JsonMap): JsonMap {
  const metadata = mapOf(value.metadata);
  const annotations = mapOf(metadata.annotations);
  if (!(annotation in annotations)) return value;
  const rest = Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== annotation));
  const bare = Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'annotations'));
  return Object.freeze({
    ...value,
    metadata: Object.freeze(Object.keys(rest).length === 0 ? bare : { ...metadata, annotations: Object.freeze(rest) }),
  });
}

/** Names that no tool is given. Nothing that is built can refer to them, so it is whole without. */
async function oddNames(unit: KustomizeUnit, tree: Tree, closure: Closure): Promise<Notice[]> {
  const refused = (await tree.refused?.(closure.folders)) ?? [];
  return refused
    .filter(({ code }) => code === 'file-name-refused')
    .map(({ code, message, file }) => ({ code, message, unit: unit.id, ...(file === undefined ? {} : { file }) }));
}

function emptyRender(unit: KustomizeUnit): Notice {
  return {
    code: 'empty-render',
    message: `${unit.root} renders no objects; there was nothing to judge.`,
    unit: unit.id,
    file: unit.root,
  };
}
