import type { Tree, TreeEntry } from '../../model.ts';
import type { Listing } from '../listing.ts';
import { folderOf, isWithin, resolve } from '../paths.ts';
import { mappingsOf, textsOf } from '../yaml.ts';
import { configuring, filesOfConfiguration, partsOf } from './configured.ts';
import type { Named } from './files.ts';
import { Kustomization } from './kustomization.ts';
import { kustomizationNames } from './names.ts';

/** The kustomizations of a tree, all read at one go. */
export interface Kustomizations {
  byFolder: ReadonlyMap<string, Kustomization>;
  /** The kustomizations that name a path (a file, or another kustomization's folder) themselves. */
  namers(path: string): Kustomization[];
  /** Whether a kustomization inflates the chart in this folder. */
  inflates(chart: string): boolean;
  /** Whether what they name may be told by files beside them as well: by configurations of transformers and generators. */
  readsBeside: boolean;
}

const graphs = new WeakMap<Tree, Promise<Kustomizations>>();

export function kustomizationsOf(tree: Tree, listing: Listing): Promise<Kustomizations> {
  const known = graphs.get(tree);
  if (known !== undefined) return known;
  const made = readAll(tree, listing);
  graphs.set(tree, made);
  return made;
}

async function readAll(tree: Tree, listing: Listing): Promise<Kustomizations> {
  const lists = kustomizationNames.map((name) => listing.named(name));
  const other = alike.get(lists[0] ?? []);
  if (
    other?.lists.every((list, at) => isSameList(list, lists[at])) &&
    other.blobs.every((one) => isBlob(listing, one))
  ) {
    const all = await other.all;
    if (!all.readsBeside) return all;
  }
  const fileOf = new Map<string, string>();
  // kustomize takes the first of these names that is there.
  for (const file of lists.flat()) if (!fileOf.has(folderOf(file))) fileOf.set(folderOf(file), file);
  const files = [...fileOf.values()].sort();
  const blobs = files
    .flatMap((file) => listing.find(file) ?? [])
    .filter(({ type, oid }) => type === 'file' && oid !== '');
  const all = graphOf(files, tree, listing);
  // A link's text is what it leads to, which may differ as well.
  if (blobs.length === files.length) alike.set(lists[0] ?? [], { lists, blobs, all });
  return all;
}

/**
 * What is being made of kustomizations, by the list of one of their names, which head and base share where they hold the same paths of
 * it. Mostly both have the same kustomizations: then they are read and looked at once.
 */
const alike = new WeakMap<
  readonly string[],
  { lists: readonly (readonly string[])[]; blobs: readonly TreeEntry[]; all: Promise<Kustomizations> }
>();

function isSameList(one: readonly string[], other: readonly string[] | undefined): boolean {
  return one === other || (one.length === 0 && other?.length === 0);
}

/** Whether a tree holds the same blob at the same path. */
function isBlob(listing: Listing, blob: TreeEntry): boolean {
  const here = listing.find(blob.path);
  return here === blob || (here?.type === 'file' && here.oid === blob.oid);
}

async function graphOf(files: readonly string[], tree: Tree, listing: Listing): Promise<Kustomizations> {
  const texts = await tree.readMany(files);
  const byFolder = new Map<string, Kustomization>();
  for (const file of files) {
    const one = new Kustomization(file, texts.get(file)?.toString('utf8') ?? '');
    byFolder.set(one.folder, one);
  }
  const all = [...byFolder.values()];
  const configurable = all.filter((one) => one.mayConfigure());
  await addConfigured(configurable, byFolder, tree, listing);
  const inflating = all.filter((one) => one.mayInflate());
  return {
    byFolder,
    readsBeside: configurable.length > 0,
    inflates: (chart) => inflating.some((one) => one.named().charts.includes(chart)),
    namers: (path) => all.filter((one) => one.folder !== path && one.mayReach(path) && names(one.named(), path)),
  };
}

/** Adds the files that configurations of transformers and generators name: what they hold is in no kustomization. */
async function addConfigured(
  configurable: readonly Kustomization[],
  byFolder: ReadonlyMap<string, Kustomization>,
  tree: Tree,
  listing: Listing,
): Promise<void> {
  const configurations = configurable.map((one) => {
    const references = configuring.flatMap((key) => textsOf(one.value()[key]));
    const inline = references.filter((text) => text.includes('\n'));
    const files = references.flatMap((text) => partsOf(one, text, (path) => byFolder.get(path)));
    return { one, inline, files: files.filter((file) => listing.has(file)) };
  });
  const texts = await tree.readMany([...new Set(configurations.flatMap(({ files }) => files))]);
  for (const { one, inline, files } of configurations) {
    const held = [...inline, ...files.flatMap((file) => texts.get(file)?.toString('utf8') ?? [])];
    const named = held
      .flatMap((text) => mappingsOf(text).map(({ value }) => value))
      .flatMap(filesOfConfiguration)
      .flatMap((reference) => resolve(one.folder, reference) ?? []);
    one.named().files.push(...named);
  }
}

function names(named: Named, path: string): boolean {
  return (
    named.parts.includes(path) || named.files.includes(path) || named.charts.some((chart) => isWithin(path, chart))
  );
}

/** Everything a kustomization reads: files to export, and what it names elsewhere. */
export interface Closure {
  /** The root's own file; undefined when it has none. */
  kustomization: string | undefined;
  files: string[];
  folders: string[];
  /** The kustomization files among them. */
  kustomizations: string[];
  charts: string[];
}

/** Walks from a kustomization through everything it includes. Cycles end where they began. */
export function closureOf(root: string, all: Kustomizations, listing: Listing): Closure {
  const closure: Closure = {
    kustomization: all.byFolder.get(root)?.file,
    files: [],
    folders: [],
    kustomizations: [],
    charts: [],
  };
  const files = new Set<string>();
  const seen = new Set<string>();
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const one = all.byFolder.get(folder);
    if (one === undefined || seen.has(folder)) continue;
    seen.add(folder);
    files.add(one.file);
    closure.kustomizations.push(one.file);
    const named = one.named();
    for (const path of [...named.parts, ...named.files])
      if (listing.has(path)) files.add(path);
      else if (listing.hasFolder(path)) open.push(path);
    closure.charts.push(...named.charts.filter((chart) => listing.hasFolder(chart)));
  }
  closure.files = [...files].sort();
  closure.folders = [...seen].sort();
  return closure;
}
