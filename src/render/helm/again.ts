/** Renders a unit once more, from changed templates or with further values: how tracing proves what it says. */
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join as joinHere } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import type { HelmUnit, JsonMap } from '../../model.ts';
import { openFolder } from '../copy.ts';
import { listingOf } from '../listing.ts';
import type { RenderContext } from '../renderer.ts';
import type { ToolResult } from '../sandbox.ts';
import { unpack } from './package.ts';
import { prepareChart, type PreparedChart } from './release.ts';

/** What a further render gave: text with normalised line breaks, or the tool's words. */
type Again = { text: string } | { failed: string };

/** A copy of the chart to try things on. Every method starts the tool once. */
export interface Trial extends AsyncDisposable {
  /** Templates of the chart and its subcharts, packaged ones too, by path relative to the chart. Read once. */
  templates(): Promise<ReadonlyMap<string, string>>;
  /** A file of the copy, by path relative to the chart: packaged subcharts lie there unpacked, under their names. */
  file(path: string): Promise<string | undefined>;
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
  await unpackAll(chart);
  let read: Promise<ReadonlyMap<string, string>> | undefined;
  const run = (args: readonly string[], files: ReadonlyMap<string, string>): Promise<Again> =>
    withFiles(chart, files, () =>
      attempt(() => workspace.run('helm', args, context.signal === undefined ? {} : { signal: context.signal })),
    );
  return {
    templates: () => (read ??= readTemplates(chart)),
    file: (path) => readRegular(joinHere(chart, path)),
    withTemplates: (files) => run(prepared.args(), files),
    async withChanges(values, files) {
      const folder = openFolder(workspace, 'trial-');
      await writeFile(joinHere(folder, 'values.yaml'), JSON.stringify(values), { mode: 0o644 });
      const file = `${workspace.inside}/${basename(folder)}/values.yaml`;
      const again = await run(prepared.args({ values: [file], skipSchemaValidation: true }), files);
      // Else the next trial would lie beside this one, and be another for the cache.
      await rm(folder, { recursive: true });
      return again;
    },
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}

/** Bytes that the packages of a chart may unpack to, all together; the others stay packed. */
const mostUnpacked = 64 * 2 ** 20;

/** What a file costs at least, however small. */
const entryBytes = 4096;

/** Puts the subcharts that lie there as packages beside them as folders: their templates can be marked then. */
async function unpackAll(chart: string): Promise<void> {
  const shelf = joinHere(chart, 'charts');
  const names = await readdir(shelf).catch(nothingThere);
  let left = mostUnpacked;
  for (const name of names ?? []) {
    const file = joinHere(shelf, name);
    if (!name.endsWith('.tgz') || !(await lstat(file)).isFile()) continue;
    const files = unpack(await readFile(file), left);
    for (const [path, bytes] of files ?? []) left -= bytes.length + path.length + entryBytes;
    const folders = new Set([...(files?.keys() ?? [])].map((path) => path.slice(0, path.indexOf('/'))));
    const [folder] = folders;
    if (files === undefined || folder === undefined || folders.size > 1 || names?.includes(folder) === true) continue;
    for (const [path, bytes] of files) {
      await mkdir(dirname(joinHere(shelf, path)), { recursive: true });
      await writeFile(joinHere(shelf, path), bytes, { mode: 0o644 });
    }
    await rm(file);
  }
}

async function readRegular(file: string): Promise<string | undefined> {
  const at = await lstat(file).catch(nothingThere);
  return at?.isFile() === true ? readFile(file, 'utf8') : undefined;
}

function nothingThere(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return undefined;
  throw error;
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
