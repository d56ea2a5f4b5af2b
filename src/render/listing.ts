import type { Tree, TreeEntry } from '../model.ts';
import { findPath, firstAtOrAfter } from '../sorted.ts';

/** A tree's files by name and folder. Built from the listing alone; reads nothing. */
export interface Listing {
  entries: readonly TreeEntry[];
  /** Files and links; no submodules. */
  has(path: string): boolean;
  hasFolder(path: string): boolean;
  /** Names of the files directly in a folder. */
  filesIn(folder: string): readonly string[];
  /** Names of the folders directly in a folder. */
  foldersIn(folder: string): readonly string[];
  /** Paths of all files below a folder. */
  filesBelow(folder: string): string[];
  /** Paths of the files with one of these names, in the tree's order. */
  named(...names: string[]): string[];
}

/** What lies directly in a folder. */
interface Folder {
  files: string[];
  folders: string[];
}

const listings = new WeakMap<Pick<Tree, 'entries'>, Promise<Listing>>();

/** The tree's listing, made once; of two trees with the same names, once for both. */
export function listingOf(tree: Pick<Tree, 'entries'>): Promise<Listing> {
  const known = listings.get(tree);
  if (known !== undefined) return known;
  const made = tree.entries().then((entries) => {
    const last = latest?.deref();
    const found = last !== undefined && hasSameNames(entries, last.entries) ? { ...last, entries } : listing(entries);
    latest = new WeakRef(found);
    return found;
  });
  listings.set(tree, made);
  return made;
}

let latest: WeakRef<Listing> | undefined;

function hasSameNames(some: readonly TreeEntry[], others: readonly TreeEntry[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index];
      return one === other || (one.path === other?.path && one.type === other.type);
    })
  );
}

function listing(all: readonly TreeEntry[]): Listing {
  const entries = all.some(({ type }) => type === 'submodule') ? all.filter(({ type }) => type !== 'submodule') : all;
  const known = new Map<string, Folder>();
  const folder = (path: string): Folder => {
    let here = known.get(path);
    if (here === undefined) known.set(path, (here = inFolder(entries, path)));
    return here;
  };
  const rangeOf = (path: string): [number, number] =>
    // `0` follows `/`.
    path === '.' ? [0, entries.length] : [firstAtOrAfter(entries, `${path}/`), firstAtOrAfter(entries, `${path}0`)];
  return {
    entries: all,
    has: (path) => findPath(entries, path) !== undefined,
    hasFolder: (path) =>
      path === '.' || (entries[firstAtOrAfter(entries, `${path}/`)]?.path ?? '').startsWith(`${path}/`),
    filesIn: (path) => folder(path).files,
    foldersIn: (path) => folder(path).folders,
    filesBelow: (path) => entries.slice(...rangeOf(path)).map((entry) => entry.path),
    named: (...names) => names.flatMap((name) => withName(entries, name)),
  };
}

/** Goes over what lies directly in a folder, and past all that lies deeper. */
function inFolder(entries: readonly TreeEntry[], path: string): Folder {
  const prefix = path === '.' ? '' : `${path}/`;
  const found: Folder = { files: [], folders: [] };
  for (let at = prefix === '' ? 0 : firstAtOrAfter(entries, prefix); at < entries.length;) {
    const here = entries[at]?.path ?? '';
    if (!here.startsWith(prefix)) break;
    const slash = here.indexOf('/', prefix.length);
    if (slash === -1) {
      found.files.push(here.slice(prefix.length));
      at += 1;
    } else {
      found.folders.push(here.slice(prefix.length, slash));
      at = firstAtOrAfter(entries, `${here.slice(0, slash)}0`);
    }
  }
  return found;
}

/** Without a list or text made for each entry: a repository has 100,000, and few of them have the name. */
function withName(entries: readonly TreeEntry[], name: string): string[] {
  const end = `/${name}`;
  const found: string[] = [];
  for (const { path } of entries) if (path.endsWith(end) || path === name) found.push(path);
  return found;
}
