/** Renders a unit once more, from changed templates or with further values: how tracing proves what it says. */
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join as joinHere } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import type { HelmUnit, JsonMap } from '../../model.ts';
import { openFolder } from '../copy.ts';
import { listingOf } from '../listing.ts';
import type { RenderContext } from '../renderer.ts';
import type { ToolResult } from '../sandbox.ts';
import { prepareChart, type PreparedChart } from './release.ts';

/** What a further render gave: text with normalised line breaks, or the tool's words. */
type Again = { text: string } | { failed: string };

/** A copy of the chart to try things on. Every method starts the tool once. */
export interface Trial extends AsyncDisposable {
  /** Templates of the chart and its unpacked subcharts, by path relative to the chart. Read once. */
  templates(): Promise<ReadonlyMap<string, string>>;
  /** Renders with these templates instead of the chart's. */
  withTemplates(files: ReadonlyMap<string, string>): Promise<Again>;
  /** Renders with values that win over all others, and with these templates instead of the chart's. */
  withChanges(values: JsonMap, files: ReadonlyMap<string, string>): Promise<Again>;
}

/** Copies the chart for trials. The caller disposes of it. */
export async function openTrial(unit: HelmUnit, context: RenderContext): Promise<Trial> {
  const workspace = await context.sandbox.open();
  let prepared: PreparedChart;
  try {
    prepared = await prepareChart(unit, context, await listingOf(context.tree), workspace);
  } catch (error) {
    await workspace[Symbol.asyncDispose]();
    throw error;
  }
  const chart = joinHere(prepared.into, unit.root);
  let read: Promise<ReadonlyMap<string, string>> | undefined;
  const run = (args: readonly string[], files: ReadonlyMap<string, string>): Promise<Again> =>
    withFiles(chart, files, () =>
      attempt(() => workspace.run('helm', args, context.signal === undefined ? {} : { signal: context.signal })),
    );
  return {
    templates: () => (read ??= readTemplates(chart)),
    withTemplates: (files) => run(prepared.args(), files),
    async withChanges(values, files) {
      const folder = await openFolder(workspace, 'trial-');
      await writeFile(joinHere(folder, 'values.yaml'), JSON.stringify(values), { mode: 0o644 });
      const file = `${workspace.inside}/${basename(folder)}/values.yaml`;
      return run(prepared.args({ values: [file], skipSchemaValidation: true }), files);
    },
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}

/** Runs with other files in the chart, and puts its own back. */
async function withFiles<Result>(
  chart: string,
  files: ReadonlyMap<string, string>,
  run: () => Promise<Result>,
): Promise<Result> {
  const former = new Map<string, string>();
  try {
    for (const [path, text] of files) {
      const file = joinHere(chart, path);
      former.set(file, await readFile(file, 'utf8'));
      await writeFile(file, text);
    }
    return await run();
  } finally {
    for (const [file, text] of former) await writeFile(file, text);
  }
}

/** A trial that runs into a limit has failed like any other; only being cancelled ends the trace. */
async function attempt(run: () => Promise<ToolResult>): Promise<Again> {
  try {
    const result = await run();
    return result.exitCode === 0 ? { text: result.stdout.replaceAll('\r\n', '\n') } : { failed: result.stderr };
  } catch (error) {
    if (error instanceof PlimsollError) return { failed: error.message };
    throw error;
  }
}

/** Only regular files: a link may lead to a file that is another's. */
async function readTemplates(chart: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const path of await readdir(chart, { recursive: true })) {
    if (!/(?:^|\/)templates\/.*\.(?:ya?ml|tpl|json|txt)$/.test(path) || /(?:^|\/)NOTES\.txt$/.test(path)) continue;
    const file = joinHere(chart, path);
    if ((await lstat(file)).isFile()) found.set(path, await readFile(file, 'utf8'));
  }
  return found;
}
