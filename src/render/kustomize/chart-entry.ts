/** One entry of `helmCharts`, as kustomize reads it, with the chart of the repository that it means. */
import type { JsonMap, Problem, Tree } from '../../model.ts';
import type { Listing } from '../listing.ts';
import { join } from '../paths.ts';
import { listOf, mapOf, mappingOf, textOf, textsOf } from '../yaml.ts';
import { chartPlaces } from './files.ts';

export interface ChartEntry {
  /** Position in the list, from 0. */
  index: number;
  name: string;
  /** As it stands in the kustomization. */
  value: JsonMap;
  /** The chart's folder, relative to the repository. */
  chart: string;
}

type Fault = Pick<Problem, 'code' | 'message' | 'hint'>;

/** Entries beyond this many are not rendered: each starts helm. */
const mostCharts = 50;

const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const code = 'kustomize-helm-charts';

/** The entries of a kustomization in `folder`, each with its chart, or with why it cannot be rendered. */
export async function chartEntries(
  kustomization: JsonMap,
  folder: string,
  tree: Pick<Tree, 'read'>,
  listing: Listing,
): Promise<(ChartEntry | (Fault & { index: number }))[]> {
  const found: (ChartEntry | (Fault & { index: number }))[] = [];
  for (const [index, item] of listOf(kustomization.helmCharts).entries()) {
    const value = mapOf(item);
    const name = textOf(value.name);
    const fault = index >= mostCharts ? tooMany : unsupported(name, value);
    const place = chartPlaces(kustomization, value, folder).find((one) => listing.has(join(one, 'Chart.yaml')));
    if (fault !== undefined) found.push({ ...fault, index });
    else if (place === undefined) found.push({ ...notVendored(name, value, kustomization, folder), index });
    else {
      const other = await otherVersion(name, value, place, tree);
      found.push(other === undefined ? { index, name, value, chart: place } : { ...other, index });
    }
  }
  return found;
}

const tooMany: Fault = {
  code,
  message: `helmCharts lists more than ${mostCharts} charts.`,
  hint: 'Spread them over several kustomizations.',
};

function unsupported(name: string, value: JsonMap): Fault | undefined {
  if (!plainName.test(name))
    return {
      code,
      message: `"${shown(name)}" in helmCharts is no chart's name.`,
      hint: 'Name the folder of a chart below chartHome: letters, digits, dots, dashes and underscores.',
    };
  if (textOf(value.nameTemplate) !== '')
    return {
      code,
      message: `The nameTemplate of the chart "${name}" in helmCharts is not supported.`,
      hint: 'Set releaseName instead.',
    };
  const merge = textOf(value.valuesMerge);
  if (!['', 'override', 'merge', 'replace'].includes(merge))
    return {
      code,
      message: `"${shown(merge)}" is no valuesMerge that kustomize knows (chart "${name}" in helmCharts).`,
      hint: 'Use override, merge or replace.',
    };
  return undefined;
}

function notVendored(name: string, value: JsonMap, kustomization: JsonMap, folder: string): Fault {
  const [repo, version] = [textOf(value.repo), textOf(value.version)];
  const [wanted] = chartPlaces(kustomization, value, folder);
  const from = `${version === '' ? '' : ` ${shown(version)}`}${repo === '' ? '' : ` of "${shown(repo)}"`}`;
  return {
    code,
    message: `The chart "${name}"${from} in helmCharts is not in the repository, and nothing is fetched while rendering.`,
    hint:
      wanted === undefined
        ? 'chartHome leads out of the repository: name a folder inside it, and commit the chart there.'
        : `Vendor it: commit the unpacked chart to ${shown(wanted)}.`,
  };
}

/** A chart that kustomize would fetch in another version than the one that is there. */
async function otherVersion(
  name: string,
  value: JsonMap,
  place: string,
  tree: Pick<Tree, 'read'>,
): Promise<Fault | undefined> {
  const wanted = textOf(value.version);
  if (wanted === '' || textOf(value.repo) === '') return undefined;
  const metadata = mappingOf((await tree.read(join(place, 'Chart.yaml')))?.toString('utf8') ?? '') ?? {};
  const version = textOf(metadata.version);
  if (version === wanted || version === `v${wanted}` || `v${version}` === wanted) return undefined;
  return {
    code,
    message: `helmCharts wants version ${shown(wanted)} of the chart "${name}" of "${shown(textOf(value.repo))}", but ${shown(place)} is version ${shown(version) || '(none)'}.`,
    hint: 'Commit the chart in the version that the kustomization names.',
  };
}

/** Text of a repository in a message: bounded, and without the credentials of a URL. */
function shown(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, '//').slice(0, 120);
}

/** The values that helm is given, in its order: files as the kustomization names them, and `valuesInline` itself. */
export function valuesOf({ value, chart }: ChartEntry): ({ file: string } | { own: string } | { inline: JsonMap })[] {
  const inline = mapOf(value.valuesInline);
  const hasInline = Object.keys(inline).length > 0;
  const named = textOf(value.valuesFile);
  const file = named === '' ? [] : [{ file: named }];
  const more = textsOf(value.additionalValuesFiles).map((one) => ({ file: one }));
  if (!hasInline) return [...file, ...more];
  switch (textOf(value.valuesMerge)) {
    case 'replace':
      return [{ inline }, ...more];
    // The file wins, and without one the chart's own defaults do.
    case 'merge':
      return [{ inline }, ...(named === '' ? [{ own: join(chart, 'values.yaml') }] : file), ...more];
    default:
      return [...file, { inline }, ...more];
  }
}
