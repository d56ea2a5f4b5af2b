import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join as joinHere } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import type { HelmUnit, Problem, Tree } from '../../model.ts';
import type { Listing } from '../listing.ts';
import { isWithin, join } from '../paths.ts';
import type { RenderContext } from '../renderer.ts';
import type { Workspace } from '../sandbox.ts';
import { helmTemplateArguments, insidePath } from '../arguments.ts';
import { openCopy, openFolder } from '../copy.ts';
import { chartMetadata, localDependencies } from './charts.ts';

/** A chart written into a workspace, ready to be rendered, once or several times. */
export interface PreparedChart {
  /** The copy of the tree, on this machine. */
  into: string;
  /** Arguments of `helm` for the unit's render; `values` (as helm sees them) win over the unit's. */
  args(more?: { values?: readonly string[]; skipSchemaValidation?: boolean }): string[];
  /** What the export refused. */
  problems: Problem[];
  /** Prefixes that are cut from helm's words, the longest first. */
  folders: string[];
}

/** Writes what the unit needs. The workspace belongs to the caller. */
export async function prepareChart(
  unit: HelmUnit,
  { tree, kubeVersion, apiVersions }: Pick<RenderContext, 'tree' | 'kubeVersion' | 'apiVersions'>,
  listing: Listing,
  workspace: Workspace,
): Promise<PreparedChart> {
  requireValues(unit, listing);
  const { into, inside } = openCopy(workspace);
  const outside = unit.values.filter((file) => !isWithin(file, unit.root));
  const problems = await tree.export([unit.root, ...outside], into);
  await placeLocalDependencies(unit.root, tree, listing, workspace, into);
  const values = [...unit.values.map((file) => insidePath(inside, file)), ...(await inlineValues(unit, workspace))];
  return {
    into,
    args: (more = {}) =>
      helmTemplateArguments({
        release: unit.release.name,
        namespace: unit.release.namespace,
        kubeVersion,
        apiVersions,
        values: [...values, ...(more.values ?? [])],
        ...(unit.leaveOut === undefined ? {} : { leaveOut: unit.leaveOut }),
        skipSchemaValidation: more.skipSchemaValidation ?? false,
        chart: insidePath(inside, unit.root),
      }),
    problems,
    folders: [into, inside, workspace.folder, workspace.inside],
  };
}

function requireValues(unit: HelmUnit, listing: Listing): void {
  const missing = unit.values.find((file) => !listing.has(file));
  if (missing === undefined) return;
  throw new PlimsollError(
    'values-missing',
    `The values file ${missing} of ${unit.root} does not exist.`,
    unit.because[0] === undefined
      ? 'Add the file, or take it out of the release.'
      : `Add the file, or take it out of the release that names it (settings, or a GitOps object: ${unit.variant}).`,
    { file: missing },
  );
}

/** Values from GitOps objects, each as a file outside the copy, in helm's order. */
async function inlineValues(unit: HelmUnit, workspace: Workspace): Promise<string[]> {
  if (unit.inlineValues === undefined || unit.inlineValues.length === 0) return [];
  const folder = openFolder(workspace, 'inline-');
  const inside = `${workspace.inside}/${folder.slice(workspace.folder.length + 1)}`;
  return Promise.all(
    unit.inlineValues.map(async ({ values }, index) => {
      await writeFile(joinHere(folder, `values-${index}.yaml`), JSON.stringify(values), { mode: 0o644 });
      return `${inside}/values-${index}.yaml`;
    }),
  );
}

/**
 * Copies `file://` dependencies that are not vendored into the chart's `charts/`, as `helm dependency build` would, without
 * running it: from the repository alone, and theirs in turn. One that depends on itself ends at the second time.
 */
async function placeLocalDependencies(
  root: string,
  tree: Tree,
  listing: Listing,
  workspace: Workspace,
  into: string,
): Promise<void> {
  let placed = 0;
  const open = [{ source: root, at: root, above: [root] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const metadata = (await chartMetadata(tree, [next.source])).get(next.source);
    if (metadata === undefined) continue;
    for (const { name, from } of localDependencies(next.source, metadata, listing)) {
      if (next.above.includes(from) || placed >= 100) continue;
      const to = join(next.at, `charts/${name}`);
      const folder = openFolder(workspace, 'dependency-');
      await tree.export([from], folder);
      const target = joinHere(into, to);
      await mkdir(dirname(target), { recursive: true });
      await rename(from === '.' ? folder : joinHere(folder, from), target);
      placed += 1;
      open.push({ source: from, at: to, above: [...next.above, from] });
    }
  }
}
