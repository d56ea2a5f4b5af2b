import type { JsonMap, Tree } from '../../model.ts';
import type { Listing } from '../listing.ts';
import { folderOf, foldersOf, join, nameOf, resolve } from '../paths.ts';
import { listOf, mapOf, mappingOf, textOf } from '../yaml.ts';

/** The charts of a tree, from the listing alone. */
export interface Charts {
  /** Folders with a Chart.yaml. */
  folders: ReadonlySet<string>;
  /** The chart that a chart folder is rendered with: itself, or the parent whose `charts/` it lies in. */
  top(folder: string): string;
  /** The chart a path lies in, nearest first; undefined outside charts. */
  around(path: string): string | undefined;
}

/** Of two commits of a repository most have the same charts. */
const known = new WeakMap<readonly string[], Charts>();

export function chartsOf(listing: Listing): Charts {
  const files = listing.named('Chart.yaml');
  const charts = known.get(files) ?? chartsAt(new Set(files.map(folderOf)));
  known.set(files, charts);
  return charts;
}

function chartsAt(folders: ReadonlySet<string>): Charts {
  const top = (folder: string): string => {
    const shelf = folderOf(folder);
    const parent = folderOf(shelf);
    return folder !== '.' && nameOf(shelf) === 'charts' && folders.has(parent) ? top(parent) : folder;
  };
  return {
    folders,
    top,
    around: (path) => foldersOf(path).find((folder) => folders.has(folder)),
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
