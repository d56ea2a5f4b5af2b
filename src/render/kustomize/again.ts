/** Builds a unit once more with some of its files changed: how tracing proves what it says. */
import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join as joinHere } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import type { KustomizeUnit } from '../../model.ts';
import { insidePath, kustomizeArguments } from '../arguments.ts';
import { openCopy } from '../copy.ts';
import type { RenderContext } from '../renderer.ts';
import type { Closure } from './graph.ts';
import { placeCharts, type Inflation } from './inflate.ts';

/** A copy of what the unit reads. Every call starts the tool once. */
export interface Trial extends AsyncDisposable {
  /** The rendered text with these files instead; undefined when it does not render. */
  withFiles(files: ReadonlyMap<string, string>): Promise<string | undefined>;
}

/** Copies the unit for trials. The caller disposes of it. */
export async function openTrial(
  unit: KustomizeUnit,
  context: RenderContext,
  closure: Closure,
  inflation: Inflation,
): Promise<Trial> {
  const workspace = await context.sandbox.open();
  try {
    const { into, inside } = openCopy(workspace);
    await context.tree.export([...closure.files, ...closure.charts], into);
    await placeCharts(inflation, into, context);
    const options = context.signal === undefined ? {} : { signal: context.signal };
    return {
      async withFiles(files) {
        const former = new Map<string, string>();
        for (const [path, text] of files) {
          const file = joinHere(into, path);
          // A link may lead to a file that is another's.
          if (!(await lstat(file)).isFile()) continue;
          former.set(file, await readFile(file, 'utf8'));
          await writeFile(file, inflation.inCopy(path, text));
        }
        try {
          const result = await workspace.run('kustomize', kustomizeArguments(insidePath(inside, unit.root)), options);
          return result.exitCode === 0 ? result.stdout.replaceAll('\r\n', '\n') : undefined;
        } catch (error) {
          // A trial that runs into a limit has failed like any other.
          if (error instanceof PlimsollError) return undefined;
          throw error;
        } finally {
          for (const [file, text] of former) await writeFile(file, text);
        }
      },
      [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
    };
  } catch (error) {
    await workspace[Symbol.asyncDispose]();
    throw error;
  }
}
