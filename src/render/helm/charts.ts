import type { JsonMap, Tree } from '../../model.ts';
import type { Listing } from '../listing.ts';
import { folderOf, foldersOf, join, nameOf, resolve } from '../paths.ts';
import { listOf, mapOf, mappingOf, textOf } from '../yaml.ts';

/** What makes a folder a chart. */
export const chartFile = 'Chart.yaml';

/** The charts of a tree, from the listing alone. */
export interface Charts {
  /** Whether the folder has a Chart.yaml. */
  has(folder: string): boolean;
  /** All folders that have one. */
  all(): ReadonlySet<string>;
  /** The chart that a chart folder is rendered with: itself, or the parent whose `charts/` it lies in. */
  top(folder: string): string;
  /** The chart a path lies in, nearest first; undefined outside charts. */
  around(path: string): string | undefined;
}

/** The charts of a tree. They are looked up one by one until all are asked for: a diff concerns few of them. */
export function chartsOf(listing: Listing): Charts {
  let all: ReadonlySet<string> | undefined;
  const has = (folder: string): boolean => all?.has(folder) ?? listing.has(join(folder, chartFile));
  const top = (folder: string): string => {
    const shelf = folderOf(folder);
    const parent = folderOf(shelf);
    return folder !== '.' && nameOf(shelf) === 'charts' && has(parent) ? top(parent) : folder;
  };
  return {
    has,
    all: () => (all ??= new Set(listing.named(chartFile).map(folderOf))),
    top,
    around: (path) => foldersOf(path).find(has),
  };
}

/** A dependency as Chart.yaml (or, in charts of Helm 2's format, requirements.yaml) declares it. */
export interface Dependency {
  name: string;
  alias: string;
  repository: string;
}

export interface ChartMetadata {
  name: string;
  library: boolean;
  dependencies: Dependency[];
}

/** What the Chart.yaml files say. Charts whose file cannot be read are left out: helm tells why when they are rendered. */
export async function chartMetadata(tree: Tree, folders: readonly string[]): Promise<Map<string, ChartMetadata>> {
  const files = await tree.readMany(
    folders.flatMap((folder) => [join(folder, 'Chart.yaml'), join(folder, 'requirements.yaml')]),
  );
  const known = new Map<string, ChartMetadata>();
  for (const folder of folders) {
    const chart = read(files.get(join(folder, 'Chart.yaml')));
    if (chart === undefined) continue;
    const requirements = mapOf(read(files.get(join(folder, 'requirements.yaml'))));
    known.set(folder, {
      name: textOf(chart.name),
      library: chart.type === 'library',
      dependencies: [...listOf(chart.dependencies), ...listOf(requirements.dependencies)].map((item) => {
        const dependency = mapOf(item);
        return {
          name: textOf(dependency.name),
          alias: textOf(dependency.alias),
          repository: textOf(dependency.repository),
        };
      }),
    });
  }
  return known;
}

function read(file: Buffer | undefined): JsonMap | undefined {
  return file === undefined ? undefined : mappingOf(file.toString('utf8'));
}

/** A `file://` dependency that lies in the repository and is not vendored: it is put in place in the copy. */
interface LocalDependency {
  name: string;
  /** Where it is in the repository. */
  from: string;
}

/** The dependencies of `chart` that are taken from elsewhere in the repository, as `helm dependency build` would. */
export function localDependencies(chart: string, metadata: ChartMetadata, listing: Listing): LocalDependency[] {
  const shelf = join(chart, 'charts');
  return metadata.dependencies.flatMap(({ name, repository }) => {
    if (!repository.startsWith('file://') || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return [];
    const from = resolve(chart, repository.slice('file://'.length));
    if (from === undefined || !listing.has(join(from, 'Chart.yaml')) || isVendored(shelf, name, listing)) return [];
    return [{ name, from }];
  });
}

function isVendored(shelf: string, name: string, listing: Listing): boolean {
  if (listing.hasFolder(join(shelf, name))) return true;
  return listing.filesIn(shelf).some((file) => file.endsWith('.tgz') && file.startsWith(`${name}-`));
}
