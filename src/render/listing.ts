import type { Tree, TreeEntry, TreeIndex } from '../model.ts';
import { indexOf, isFolder } from '../tree-index.ts';
import { nameOf } from './paths.ts';

/** A tree's files by name and folder. Built from the listing alone; reads nothing, and goes over all only where it must. */
export interface Listing {
  readonly entries: readonly TreeEntry[];
  /** Links and submodules. */
  special(): readonly TreeEntry[];
  find(path: string): TreeEntry | undefined;
  /** Files and links; no submodules. */
  has(path: string): boolean;
  hasFolder(path: string): boolean;
  /** Names of the files directly in a folder. */
  filesIn(folder: string): readonly string[];
  /** Names of the folders directly in a folder. */
  foldersIn(folder: string): readonly string[];
  /** Paths of all files below a folder. */
  filesBelow(folder: string): readonly string[];
  /** Paths of the files with one of these names, in the tree's order; the same list where two trees have the same. */
  named(...names: string[]): readonly string[];
  /** As of `TreeIndex`; false where a submodule is called like the file. */
  alwaysBeside(folder: string, file: string): boolean;
}

/** What lies directly in a folder. */
interface Folder {
  files: string[];
  folders: string[];
}

const listings = new WeakMap<Pick<Tree, 'entries'>, Promise<Listing>>();

/** The tree's listing, made once. */
export function listingOf(tree: Pick<Tree, 'entries' | 'index'>): Promise<Listing> {
  const known = listings.get(tree);
  if (known !== undefined) return known;
  const made = makeListing(tree);
  listings.set(tree, made);
  return made;
}

async function makeListing(tree: Pick<Tree, 'entries' | 'index'>): Promise<Listing> {
  if (tree.index !== undefined) return listing(await tree.index());
  return listing(indexOf(await tree.entries()));
}

function listing(index: TreeIndex): Listing {
  const modules = new Set(index.special().flatMap(({ type, path }) => (type === 'submodule' ? [path] : [])));
  const withoutModules = (paths: readonly string[]): readonly string[] =>
    modules.size === 0 ? paths : paths.filter((path) => !modules.has(path));
  let all: readonly TreeEntry[] | undefined;
  const known = new Map<string, Folder>();
  const folder = (path: string): Folder => {
    let here = known.get(path);
    if (here === undefined) known.set(path, (here = inFolder(index, modules, path)));
    return here;
  };
  return {
    get entries() {
      return (all ??= index.below('.'));
    },
    special: () => index.special(),
    find: (path) => index.find(path),
    has: (path) => !modules.has(path) && index.find(path) !== undefined,
    hasFolder: (path) => path === '.' || isFolder(index, path),
    filesIn: (path) => folder(path).files,
    foldersIn: (path) => folder(path).folders,
    filesBelow: (path) => {
      const found = index.below(path).map((entry) => entry.path);
      return withoutModules(found[0] === path ? found.slice(1) : found);
    },
    named: (...names) => {
      const [only = [], ...others] = names.map((name) => withoutModules(index.named(name)));
      return others.length === 0 ? only : [...only, ...others.flat()];
    },
    alwaysBeside: (name, file) => ![...modules].some((path) => nameOf(path) === file) && index.alwaysBeside(name, file),
  };
}

/** Goes over what lies directly in a folder, and past all that lies deeper. */
function inFolder(index: TreeIndex, modules: ReadonlySet<string>, path: string): Folder {
  const prefix = path === '.' ? '' : `${path}/`;
  const found: Folder = { files: [], folders: [] };
  for (let here = index.next(prefix); here?.startsWith(prefix) === true;) {
    const slash = here.indexOf('/', prefix.length);
    if (slash === -1 && !modules.has(here)) found.files.push(here.slice(prefix.length));
    else if (slash !== -1) found.folders.push(here.slice(prefix.length, slash));
    // `0` follows `/`.
    here = index.next(slash === -1 ? `${here}\0` : `${here.slice(0, slash)}0`);
  }
  return found;
}
