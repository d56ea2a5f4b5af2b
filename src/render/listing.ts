import type { Tree, TreeEntry } from '../model.ts';
import { folderOf, join, nameOf } from './paths.ts';

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

function listing(entries: readonly TreeEntry[]): Listing {
  const folders = new Map<string, Folder>([['.', { files: [], folders: [] }]]);
  const folder = (path: string): Folder => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const made: Folder = { files: [], folders: [] };
    folders.set(path, made);
    folder(folderOf(path)).folders.push(nameOf(path));
    return made;
  };
  const paths = new Set<string>();
  const byName = new Map<string, string[]>();
  // Files of a folder stand together.
  let last = '';
  let files: string[] = [];
  for (const { path, type } of entries) {
    if (type === 'submodule') continue;
    paths.add(path);
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (files.length === 0 || slash !== last.length || !path.startsWith(last)) {
      last = path.slice(0, Math.max(slash, 0));
      files = folder(last === '' ? '.' : last).files;
    }
    files.push(name);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [path]);
    else same.push(path);
  }
  const filesBelow = (path: string): string[] => {
    const here = folders.get(path);
    if (here === undefined) return [];
    return [
      ...here.files.map((name) => join(path, name)),
      ...here.folders.flatMap((name) => filesBelow(join(path, name))),
    ];
  };
  return {
    entries,
    has: (path) => paths.has(path),
    hasFolder: (path) => folders.has(path),
    filesIn: (path) => folders.get(path)?.files ?? [],
    foldersIn: (path) => folders.get(path)?.folders ?? [],
    filesBelow,
    named: (...names) => names.flatMap((name) => byName.get(name) ?? []),
  };
}
