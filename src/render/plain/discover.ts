import picomatch from 'picomatch';
import type { Because, PlainUnit } from '../../model.ts';
import type { References } from '../gitops/reference.ts';
import type { Charts } from '../helm/charts.ts';
import { kustomizationNames } from '../kustomize/names.ts';
import type { Kustomizations } from '../kustomize/graph.ts';
import { below, folderOf, isWithin, join, nameOf } from '../paths.ts';
import type { Discovered, Scope } from '../scope.ts';

const endings = ['.yaml', '.yml', '.json'];
const kustomizationFiles = new Set<string>(kustomizationNames);

/** Files that are YAML or JSON by name and manifests by nobody's reading, whatever they hold. */
const neverManifests = picomatch([
  'Chart.{yaml,lock}',
  'values.{yaml,yml}',
  'values[-.]*.{yaml,yml}',
  '*-values.{yaml,yml}',
  '*.schema.json',
  '{package,package-lock,tsconfig}.json',
  '{docker-compose,compose}*.{yaml,yml}',
]);

/** What a chart at the repository's root claims; the rest of the repository is not its own. */
const rootChart = /^(templates|crds|charts|ci)\//;

/** A folder that is deployed with everything below it, because a GitOps object says so. */
interface WholeFolder {
  folder: string;
  holds: (file: string) => boolean;
}

/**
 * One unit per folder of manifests that neither a chart nor a kustomization renders; one for a folder with all below it
 * where a GitOps object deploys it so. Manifests beside a kustomization that does not list them are judged as plain
 * ones: nothing says that they are not applied.
 */
export async function plainUnits(
  scope: Scope,
  charts: Charts,
  kustomizations: Kustomizations,
  references: References,
): Promise<Discovered> {
  const { changed } = scope;
  const wholes = wholeFolders(scope, charts, kustomizations, references);
  const rootOf = (file: string): string => wholes.find(({ holds }) => holds(file))?.folder ?? folderOf(file);
  const isPlain = (file: string): boolean => isCandidate(file, charts) && kustomizations.namers(file).length === 0;
  const touched = changed === 'all' ? [] : [...changed].filter(isPlain);
  const roots = changed === 'all' ? undefined : new Set(touched.map(rootOf));
  const found = (roots === undefined ? await grepped(scope) : await readBelow(scope, roots, wholes)).filter(isPlain);
  const asked = roots === undefined ? undefined : [...touched, ...roots].map((path) => (path === '.' ? '' : path));
  const refused = (await scope.tree.refused?.(asked)) ?? [];
  const members = Map.groupBy(found, rootOf);
  const manifests = new Set(found);
  const reasons = Map.groupBy(
    // A changed file that is there and is no manifest does not matter; one that is gone may have been one.
    touched.filter((file) => manifests.has(file) || !scope.listing.has(file)),
    rootOf,
  );
  const units = [...members].flatMap(([root, files]): PlainUnit[] => {
    const because: Because[] =
      changed === 'all'
        ? files.slice(0, 1).map((file) => ({ file, reason: 'is a manifest' }))
        : (reasons.get(root) ?? []).map((file) => ({ file, reason: 'is one of its manifests' }));
    if (because.length === 0) return [];
    return [{ kind: 'plain', id: `plain:${root}`, root, variant: '', files: files.sort(), because }];
  });
  const nameless = refused.filter(
    ({ code, file }) => code === 'file-name-refused' && file !== undefined && isCandidate(file, charts),
  );
  return { units, problems: nameless, notices: [] };
}

function isCandidate(file: string, charts: Charts): boolean {
  const name = nameOf(file);
  if (!endings.some((ending) => file.endsWith(ending))) return false;
  if (kustomizationFiles.has(name) || neverManifests(name)) return false;
  if (file.split('/').some((step) => step.startsWith('.') || step === 'node_modules')) return false;
  const chart = charts.around(file);
  return chart === undefined || (chart === '.' && !rootChart.test(file));
}

/**
 * Folders that GitOps objects deploy and that hold neither chart nor kustomization. Flux makes a kustomization of everything
 * below such a folder; Argo CD reads the folder alone, or all below it with `recurse`.
 */
function wholeFolders(scope: Scope, charts: Charts, all: Kustomizations, references: References): WholeFolder[] {
  return references.followed
    .filter(
      ({ folder, directory }) =>
        directory.recurse && !charts.has(folder) && !all.byFolder.has(folder) && scope.listing.hasFolder(folder),
    )
    .map(({ folder, directory }) => {
      const include = directory.include === '' ? undefined : picomatch(directory.include);
      const exclude = directory.exclude === '' ? undefined : picomatch(directory.exclude);
      return {
        folder,
        holds: (file: string): boolean => {
          if (!isWithin(file, folder)) return false;
          const inside = below(file, folder);
          return (include?.(inside) ?? true) && !(exclude?.(inside) ?? false);
        },
      };
    })
    .sort((a, b) => a.folder.length - b.folder.length);
}

async function grepped({ tree, listing }: Scope): Promise<string[]> {
  const found = await tree.grep(['apiVersion', lfs], endings);
  const links = listing.special().flatMap(({ path, type }) => (type === 'symlink' && isYaml(path) ? [path] : []));
  const led = await tree.readMany(links);
  return [...new Set([...found, ...links.filter((path) => !led.has(path))])].sort();
}

/** The manifests of the folders, read to tell them from other YAML. */
async function readBelow(
  { tree, listing }: Scope,
  roots: ReadonlySet<string>,
  wholes: readonly WholeFolder[],
): Promise<string[]> {
  const whole = new Set(wholes.map(({ folder }) => folder));
  const paths = [...roots]
    .flatMap((root) =>
      whole.has(root) ? listing.filesBelow(root) : listing.filesIn(root).map((name) => join(root, name)),
    )
    .filter((path) => endings.some((ending) => path.endsWith(ending)));
  const texts = await tree.readMany(paths);
  return paths.filter((path) => isMember(path, texts.get(path))).sort();
}

/** Git LFS pointers name their specification in the first line. */
const lfs = 'version https://git-lfs.github.com/spec/';

const isYaml = (path: string): boolean => /\.ya?ml$/.test(path);

/**
 * Whether a file belongs to the manifests of its folder. One whose content is not here (a link that leads nowhere, a file
 * over the limits, an LFS pointer) may be a manifest for all we know: the renderer says that it was not judged.
 */
function isMember(path: string, bytes: Buffer | undefined): boolean {
  if (bytes === undefined) return isYaml(path);
  if (bytes.subarray(0, lfs.length).toString('latin1') === lfs) return true;
  return bytes.includes('apiVersion') || bytes.includes(Buffer.from('apiVersion', 'utf16le'));
}
