import { PlimsollError } from '../../errors.ts';
import type { KustomizeUnit, Tree } from '../../model.ts';
import { placeIn, words } from '../failure.ts';
import { folderOf, foldersOf, join, nameOf, resolve } from '../paths.ts';
import { secretValues } from '../secret-values.ts';
import type { ToolResult } from '../sandbox.ts';
import type { Closure } from './graph.ts';
import type { InflatedChart } from './inflate.ts';

/** Why `kustomize build` failed, from the innermost of its nested messages. */
export async function kustomizeFailure(
  unit: KustomizeUnit,
  result: ToolResult,
  tree: Tree,
  closure: Closure,
  { folders, charts }: { folders: readonly string[]; charts: readonly InflatedChart[] },
): Promise<PlimsollError> {
  const stderr = charts.reduce(
    (text, { file, entry }) => text.replaceAll(nameOf(file), `the chart ${entry.name} of helmCharts`),
    result.stderr,
  );
  const place = await placeOf(unit, words(stderr, folders), tree, closure);
  const held = charts.flatMap(({ entry, rendered }) => [
    entry.value,
    ...rendered.resources.map(({ manifest }) => manifest),
  ]);
  const said =
    words(stderr, folders, await secretValues(tree, closure.files, held)) ||
    `kustomize ended with exit code ${result.exitCode} and said nothing`;
  return new PlimsollError(
    'kustomize-failed',
    `kustomize could not build ${unit.root}: ${innermost(said)}`,
    hintFor(said),
    place,
  );
}

/** kustomize tries a resource as file and as folder and nests both failures; the one about the file says it. */
function innermost(said: string): string {
  const missing = [...said.matchAll(/evalsymlink failure on '([^']+)'[^']*no such file or directory/g)].at(-1)?.[1];
  if (missing !== undefined) return `${missing} does not exist`;
  return said
    .replace(/: must build at directory: .*$/s, '')
    .replaceAll(/accumulation err='|accumulating resources: |'$/g, '');
}

async function placeOf(
  unit: KustomizeUnit,
  said: string,
  tree: Tree,
  closure: Closure,
): Promise<{ file?: string; line?: number }> {
  const line = /yaml: line (\d+)/.exec(said)?.[1];
  const candidates: { file: string; line?: number }[] = [];
  const named = [
    ...said.matchAll(/in File: (\S+)|accumulating resources from '([^']+)'|'([^']+)' must resolve to a file/g),
  ].reverse();
  for (const [, inFile, from] of named)
    for (const folder of [unit.root, ...closure.folders]) {
      const file = resolve(folder, inFile ?? from ?? '');
      if (file !== undefined && closure.files.includes(file))
        candidates.push({ file, ...(line === undefined ? {} : { line: Number(line) }) });
    }
  const missing = [...said.matchAll(/evalsymlink failure on '([^']+)'/g)].at(-1)?.[1];
  // A missing file is mended in the kustomization that names it.
  if (missing !== undefined)
    for (const folder of foldersOf(missing)) {
      const file = closure.kustomizations.find((one) => folderOf(one) === folder);
      if (file === undefined) continue;
      candidates.unshift({ file });
      break;
    }
  candidates.push({ file: closure.kustomization ?? join(unit.root, 'kustomization.yaml') });
  return placeIn(tree, candidates);
}

function hintFor(said: string): string {
  if (said.includes('no such file or directory'))
    return 'Add the file, or take it out of the kustomization that names it.';
  return 'Mend the kustomization; `kubectl kustomize` shows the same on your machine.';
}
