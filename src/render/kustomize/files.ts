import type { Json, JsonMap } from '../../model.ts';
import type { Listing } from '../listing.ts';
import { join, resolve } from '../paths.ts';
import { kustomizationNames } from './names.ts';
import { isMap, listOf, mapOf, textOf, textsOf } from '../yaml.ts';

/** What a kustomization names, relative to the repository. */
export interface Named {
  /** Resources, bases, components and configured plugins: a file, or the folder of another kustomization. */
  parts: string[];
  /** Everything else it reads. */
  files: string[];
  /** Charts of the repository that it inflates. */
  charts: string[];
  component: boolean;
}

const partKeys = ['resources', 'bases', 'components', 'generators', 'transformers', 'validators', 'configurations'];

/** Reads what a kustomization in `folder` names. References that leave the repository are left to kustomize's own refusal. */
export function namedBy(kustomization: JsonMap, folder: string): Named {
  const named: Named = { parts: [], files: [], charts: [], component: kustomization.kind === 'Component' };
  const local = (reference: string): string[] => {
    if (reference.includes('\n')) return [];
    const path = resolve(folder, reference);
    return path === undefined ? [] : [path];
  };
  for (const key of partKeys) named.parts.push(...textsOf(kustomization[key]).flatMap(local));
  named.files.push(...fileReferences(kustomization).flatMap(local));
  for (const chart of [...listOf(kustomization.helmCharts), ...listOf(kustomization.helmChartInflationGenerator)].map(
    mapOf,
  )) {
    named.charts.push(...chartPlaces(kustomization, chart, folder));
    for (const file of [textOf(chart.valuesFile), textOf(chart.values), ...textsOf(chart.additionalValuesFiles)])
      if (file !== '') named.files.push(...local(file));
  }
  return named;
}

/**
 * The folders in which kustomize looks for a chart that it inflates, its own choice first: a chart of a repository and a version
 * lies in a folder of both names, and did not in kustomize before 5.
 */
export function chartPlaces(kustomization: JsonMap, chart: JsonMap, folder: string): string[] {
  const name = textOf(chart.name) || textOf(chart.chartName);
  if (name === '') return [];
  const home = textOf(chart.chartHome) || textOf(mapOf(kustomization.helmGlobals).chartHome) || 'charts';
  const version = textOf(chart.version);
  const pulled = textOf(chart.repo) !== '' && version !== '' ? [`${home}/${name}-${version}/${name}`] : [];
  return [...pulled, `${home}/${name}`].flatMap((place) => resolve(folder, place) ?? []);
}

function fileReferences(kustomization: JsonMap): string[] {
  const paths = (key: string): string[] => listOf(kustomization[key]).flatMap((item) => textsOf(mapOf(item).path));
  const generators = ['configMapGenerator', 'secretGenerator'].flatMap((key) => listOf(kustomization[key]).map(mapOf));
  return [
    ...textsOf(kustomization.crds),
    ...textsOf(mapOf(kustomization.openapi).path),
    ...textsOf(kustomization.patchesStrategicMerge),
    ...textsOf(kustomization.patches),
    ...['patches', 'patchesJson6902', 'replacements'].flatMap(paths),
    ...generators.flatMap((generator) => [
      ...textsOf(generator.files).map(withoutKey),
      ...textsOf(generator.envs),
      ...textsOf(generator.env),
    ]),
  ];
}

/** `key=path` in a generator's files. */
function withoutKey(file: string): string {
  return file.slice(file.indexOf('=') + 1);
}

/** The ConfigMaps a kustomization generates from files: name and, per key, the file. */
export function generatedMaps(kustomization: JsonMap, folder: string): { name: string; key: string; path: string }[] {
  return ['configMapGenerator', 'secretGenerator']
    .flatMap((kind) => listOf(kustomization[kind]))
    .filter((item: Json) => isMap(item))
    .flatMap((generator) =>
      textsOf(generator.files).flatMap((file) => {
        const path = resolve(folder, withoutKey(file));
        const key = file.includes('=') ? file.slice(0, file.indexOf('=')) : file.slice(file.lastIndexOf('/') + 1);
        return path === undefined ? [] : [{ name: textOf(generator.name), key, path }];
      }),
    );
}

/** The kustomization file of a folder; undefined when there is none. */
export function kustomizationFile(folder: string, listing: Listing): string | undefined {
  return kustomizationNames.map((name) => join(folder, name)).find((path) => listing.has(path));
}
