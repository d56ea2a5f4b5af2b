/** Which files a unit's render comes from, and the unit as it is when some of them are changed. */
import { parseManifests } from '../manifest/parse.ts';
import type { HelmUnit, InlineValues, JsonMap, RenderUnit, Tree } from '../model.ts';
import { dig } from '../subjects/values.ts';
import { chartMetadata, localDependencies } from './helm/charts.ts';
import { closureOf, kustomizationsOf } from './kustomize/graph.ts';
import { listingOf } from './listing.ts';
import { isWithin } from './paths.ts';
import { mappingOf } from './yaml.ts';

/** Tells whether changing a file may change what the unit renders. */
export async function readsOf(unit: RenderUnit, tree: Tree): Promise<(file: string) => boolean> {
  switch (unit.kind) {
    case 'plain':
      return (file) => unit.files.includes(file);
    case 'kustomize': {
      const listing = await listingOf(tree);
      const { files, charts } = closureOf(unit.root, await kustomizationsOf(tree, listing), listing);
      const named = new Set(files);
      for (const chart of [...charts]) charts.push(...(await dependencies(chart, tree)));
      return (file) => named.has(file) || charts.some((chart) => isWithin(file, chart));
    }
    case 'helm': {
      const named = new Set([...unit.values, ...(unit.inlineValues ?? []).map(({ file }) => file)]);
      const charts = [unit.root, ...(await dependencies(unit.root, tree))];
      return (file) => named.has(file) || charts.some((chart) => isWithin(file, chart));
    }
  }
}

/**
 * The unit with the values that its GitOps objects hold once files are changed. Undefined where they cannot be told from the
 * text alone (parameters, values made of several).
 */
export function unitWith(unit: RenderUnit, files: ReadonlyMap<string, string>): RenderUnit | undefined {
  if (unit.kind !== 'helm' || unit.inlineValues?.some(({ file }) => files.has(file)) !== true) return unit;
  const inlineValues = unit.inlineValues.map((one) => changedValues(one, files));
  return inlineValues.every((one) => one !== undefined) ? ({ ...unit, inlineValues } satisfies HelmUnit) : undefined;
}

function changedValues(inline: InlineValues, files: ReadonlyMap<string, string>): InlineValues | undefined {
  const text = files.get(inline.file);
  if (text === undefined) return inline;
  const document = parseManifests(text).documents.find(({ index }) => index === inline.document);
  const written = document === undefined ? undefined : dig(document.value, ...inline.path);
  const values = typeof written === 'string' ? mappingOf(written) : isMap(written) ? written : undefined;
  return values === undefined ? undefined : { ...inline, values };
}

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Charts elsewhere in the repository that a chart depends on, and theirs in turn. */
async function dependencies(root: string, tree: Tree): Promise<string[]> {
  const listing = await listingOf(tree);
  const found = new Set<string>();
  const open = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const metadata = (await chartMetadata(tree, [next])).get(next);
    for (const { from } of metadata === undefined ? [] : localDependencies(next, metadata, listing))
      if (!found.has(from)) {
        found.add(from);
        open.push(from);
      }
  }
  return [...found];
}
