import { parseManifests } from '../../manifest/parse.ts';
import { resourcesOf } from '../../manifest/resource.ts';
import type { HelmUnit, Notice, Problem, Resource } from '../../model.ts';
import { leftOut } from '../left-out.ts';
import { listingOf } from '../listing.ts';
import { join } from '../paths.ts';
import { prescanChart, skippedSchemas } from '../prescan/chart.ts';
import { refuse, withCauses } from '../prescan/prescan.ts';
import { isSchemaFetchFailure } from '../prescan/schema.ts';
import type { RenderContext, Renderer } from '../renderer.ts';
import type { ToolResult } from '../sandbox.ts';
import { helmFailure } from './failure.ts';
import { mayVary } from './random.ts';
import { prepareChart } from './release.ts';
import { sourceLines, sourcesOf, type Sources } from './source.ts';
import { createTracer } from './trace.ts';

/** A finished render, with what it takes to render it again. */
export interface HelmRender {
  unit: HelmUnit;
  context: RenderContext;
  /** As helm printed it; the resources' spans are lines of it. */
  text: string;
  sources: Sources;
}

/** Runs `helm template` on a copy of the chart: hooks and CRDs included, notes left out. */
export const helmRenderer: Renderer<HelmUnit> = {
  kind: 'helm',
  async render(unit, context) {
    const listing = await listingOf(context.tree);
    const sources = await sourcesOf(context.tree, listing, unit.root);
    refuse(await prescanChart(unit.root, context.tree));
    const notices: Notice[] = [];
    const { result, problems } = await runHelm(unit, context, sources, notices);
    const text = result.stdout.replaceAll('\r\n', '\n');
    const read = await readOutput(text, context.parse, unit, sources);
    if (read.resources.length === 0 && read.problems.length === 0) notices.push(emptyRender(unit));
    const render: HelmRender = { unit, context, text, sources };
    return {
      text,
      resources: read.resources,
      problems: [...problems.map((problem) => ({ ...problem, unit: unit.id })), ...read.problems],
      notices,
      milliseconds: result.milliseconds,
      mayVary: () => mayVary(unit.root, context.tree, listing),
      trace: createTracer(render, async (again) => (await readOutput(again, context.parse, unit, sources)).resources),
    };
  },
};

async function runHelm(
  unit: HelmUnit,
  context: RenderContext,
  sources: Sources,
  notices: Notice[],
): Promise<{ result: ToolResult; problems: Problem[] }> {
  const listing = await listingOf(context.tree);
  await using workspace = await context.sandbox.open();
  const prepared = await prepareChart(unit, context, listing, workspace);
  const options = context.signal === undefined ? {} : { signal: context.signal };
  let result = await workspace.run('helm', prepared.args(), options);
  if (result.exitCode !== 0 && isSchemaFetchFailure(result.stderr)) {
    result = await workspace.run('helm', prepared.args({ skipSchemaValidation: true }), options);
    notices.push(...(await skippedSchemas(unit.root, context.tree)).map((notice) => ({ ...notice, unit: unit.id })));
  }
  if (result.exitCode !== 0)
    throw withCauses(await helmFailure(unit, result, context.tree, sources, prepared.folders), prepared.problems);
  return { result, problems: prepared.problems };
}

/** The objects of helm's output, each with the template it came from. */
async function readOutput(
  text: string,
  parse: RenderContext['parse'],
  unit: HelmUnit,
  sources: Sources,
): Promise<{ resources: Resource[]; problems: Problem[] }> {
  const parsed = await (parse ?? parseManifests)(text);
  const { documents, faults } = parsed;
  const sourceAt = sourceLines(text);
  const resources: Resource[] = [];
  for (const document of documents) {
    const file = sources.fileOf(sourceAt(document.locate([]).startLine));
    resources.push(
      ...resourcesOf(document, {
        unit: unit.id,
        namespace: unit.release.namespace,
        origin: { file },
        firstIndex: resources.length,
      }),
    );
  }
  const refused = leftOut(parsed).map(({ line, reason }) => ({ line, message: `${reason}.` }));
  const problems = [...faults, ...refused].map(({ line, message }): Problem => {
    const source = sourceAt(line);
    const file = sources.fileOf(source);
    return {
      code: 'rendered-unreadable',
      message: `What ${source || unit.root} renders cannot be read: ${message}`,
      hint: 'Mend the template so that it renders Kubernetes objects as valid YAML.',
      unit: unit.id,
      ...(file === '' ? {} : { file }),
    };
  });
  return { resources, problems };
}

function emptyRender(unit: HelmUnit): Notice {
  return {
    code: 'empty-render',
    message: `${unit.id.slice('helm:'.length)} renders no objects with these values; there was nothing to judge.`,
    unit: unit.id,
    file: join(unit.root, 'Chart.yaml'),
  };
}
