import type { Kustomizations } from '../kustomize/graph.ts';
import { chartFile, type Charts } from '../helm/charts.ts';
import { foldersOf, isWithin, join, nameOf, resolve } from '../paths.ts';
import type { Scope } from '../scope.ts';
import { isMap, mappingsOf, textOf } from '../yaml.ts';
import { applicationReferences } from './argo.ts';
import { fluxReferences, type FluxContext } from './flux.ts';
import { markedEndings, marks, unmarked } from './marks.ts';
import type { GitOpsObject, References } from './reference.ts';

/** What one search of the tree yields: files that may hold GitOps objects, and charts with local dependencies. */
export interface GitOpsFiles {
  objects: string[];
  charts: string[];
}

const documents = /\.(md|txt|adoc|rst|png|svg|jpg)$/i;

/** Searches the tree once. Nothing to search for when only prose outside charts changed. */
export async function gitOpsFiles({ tree, listing, changed }: Scope, charts: Charts): Promise<GitOpsFiles> {
  if (changed !== 'all' && [...changed].every((file) => documents.test(file) && charts.around(file) === undefined))
    return { objects: [], charts: [] };
  // Only where all folders of the name are charts' own, and hold no chart.
  const without = listing.alwaysBeside(unmarked, chartFile) ? unmarked : undefined;
  const hits = await tree.grep(marks, markedEndings, without);
  const isChart = (file: string): boolean => ['Chart.yaml', 'requirements.yaml'].includes(nameOf(file));
  return {
    charts: hits.filter(isChart),
    // Templates hold no objects yet; what they render is judged where they are rendered.
    objects: hits.filter((file) => !isChart(file) && !inTemplates(file, charts)),
  };
}

function inTemplates(file: string, charts: Charts): boolean {
  const chart = charts.around(file);
  return chart !== undefined && isWithin(file, join(chart, 'templates'));
}

/**
 * What the repository's Argo CD and Flux objects deploy from it.
 * @param folders charts and kustomizations that the changes touch; objects that name none of them and use no changed file
 * are not parsed
 */
export async function referencesOf(
  scope: Scope,
  files: readonly string[],
  kustomizations: Kustomizations,
  folders: readonly string[],
): Promise<References> {
  const texts = await scope.tree.readMany(files);
  const concerned = concerns(scope, folders);
  const objects: GitOpsObject[] = [...texts].flatMap(([file, bytes]) => {
    const text = bytes.toString('utf8');
    return concerned(file, text) ? mappingsOf(text).map(({ index, value }) => ({ file, document: index, value })) : [];
  });
  const context: FluxContext = { ...scope, kustomizations, objects };
  const found: References = { followed: [], unfollowed: [] };
  for (const object of objects) {
    const { value } = object;
    if (!isMap(value.spec)) continue;
    const group = textOf(value.apiVersion).split('/')[0] ?? '';
    const from =
      group === 'argoproj.io'
        ? await applicationReferences(object, scope)
        : group.endsWith('toolkit.fluxcd.io')
          ? await fluxReferences(object, context)
          : undefined;
    found.followed.push(...(from?.followed ?? []));
    found.unfollowed.push(...(from?.unfollowed ?? []));
  }
  return found;
}

/** Whether values files may be named by a pattern. */
function hasPattern(text: string): boolean {
  const at = text.search(/valueFiles["']?\s*:/);
  return at !== -1 && text.includes('*', at);
}

/**
 * Whether a file of objects can concern the changes, told from its text: it names a touched folder or one that holds a
 * changed file, or values that changed; or what it names is only known once it is read.
 */
function concerns({ changed }: Scope, folders: readonly string[]): (file: string, text: string) => boolean {
  if (changed === 'all') return () => true;
  const touched = new Set([...folders, ...[...changed].flatMap((file) => [...foldersOf(file)])]);
  const values = [...changed].flatMap((file) => [file.split('/').slice(-2).join('/'), `../${nameOf(file)}`]);
  return (file, text) =>
    changed.has(file) ||
    /(?:generators|valuesFrom)["']?\s*:/.test(text) ||
    hasPattern(text) ||
    values.some((one) => text.includes(one)) ||
    text
      .matchAll(/\b(?:path|chart)["']?:\s*["']?([^\s"'#,}]+)/g)
      .some(([, path]) => touched.has(resolve('.', path ?? '') ?? ''));
}
