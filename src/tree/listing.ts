import type { Problem, TreeEntry } from '../model.ts';
import { findPath, firstAtOrAfter } from '../sorted.ts';
import { nameFault, printable } from './names.ts';

/** A tree's entries, searchable; what may not be used is kept apart. */
export interface Listing {
  /** Sorted by path, each path once. */
  entries: readonly TreeEntry[];
  find: (path: string) => TreeEntry | undefined;
  isFolder: (path: string) => boolean;
  /** Entries that exist but are never read or written, with the reason. */
  refused: readonly Refused[];
}

interface Refused {
  path: string;
  entry: TreeEntry;
  problem: Problem;
}

/** Sorts and judges what git (or a walk) listed. Git's own order is kept, and nothing indexed: it is on the way of every review. */
export function listingOf(raw: readonly TreeEntry[]): Listing {
  const sorted = isSorted(raw) ? raw : [...raw].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const refused: Refused[] = [];
  const refuse = (entry: TreeEntry, reason: string): void => {
    refused.push({ path: entry.path, entry, problem: nameProblem(entry.path, reason) });
  };
  const named: TreeEntry[] = [];
  for (const entry of sorted) {
    const fault = named.at(-1)?.path === entry.path ? 'the tree lists it twice' : nameFault(entry.path);
    if (fault === undefined) named.push(entry);
    else refuse(entry, fault);
  }
  // A malformed tree can hold `a` as a link and as a folder: writing `a/b` would go through the link.
  const double = new Set(named.filter((_, index) => isFolderToo(named, index)).map(({ path }) => path));
  const isBelowDouble = ({ path }: TreeEntry): boolean => {
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) if (double.has(folder)) return true;
    return false;
  };
  if (double.size === 0) return searchable(named, refused);
  for (const entry of named) if (isBelowDouble(entry)) refuse(entry, 'a folder on its path is also a file or link');
  return searchable(
    named.filter((entry) => !isBelowDouble(entry)),
    refused,
  );
}

function searchable(entries: readonly TreeEntry[], refused: readonly Refused[]): Listing {
  return {
    entries,
    find: (path) => findPath(entries, path),
    isFolder: (path) => path !== '' && isFolder(entries, path),
    refused,
  };
}

function isFolder(entries: readonly TreeEntry[], path: string): boolean {
  const inside = `${path}/`;
  return entries[firstAtOrAfter(entries, inside)]?.path.startsWith(inside) === true;
}

/** Whether what is listed as a file or link is listed as a folder too: then what follows begins with its path. */
function isFolderToo(entries: readonly TreeEntry[], index: number): boolean {
  const path = entries[index]?.path ?? '';
  return entries[index + 1]?.path.startsWith(path) === true && isFolder(entries, path);
}

/** What is at a path in another version of a tree; undefined when nothing is. */
export type Edits = ReadonlyMap<string, TreeEntry | undefined>;

/** The listing with some of its entries replaced. Names and folders are judged again only where they differ. */
export function edited(listing: Listing, edits: Edits): Listing {
  const { entries, find, refused } = listing;
  if ([...edits].every(([path, entry]) => entry !== undefined && find(path)?.type === entry.type)) {
    const replaced = [...entries];
    for (const [path, entry] of edits) if (entry !== undefined) replaced[firstAtOrAfter(entries, path)] = entry;
    return searchable(replaced, refused);
  }
  const known = [...entries.map((entry) => ({ path: entry.path, entry })), ...refused];
  const paths = new Set(known.map(({ path }) => path));
  const kept = known.flatMap(({ path, entry }): TreeEntry[] => {
    const edit = edits.has(path) ? edits.get(path) : entry;
    return edit === undefined ? [] : [edit];
  });
  const added = [...edits].flatMap(([path, entry]) => (entry === undefined || paths.has(path) ? [] : [entry]));
  return listingOf([...kept, ...added]);
}

function isSorted(entries: readonly TreeEntry[]): boolean {
  return entries.every(({ path }, index) => index === 0 || (entries[index - 1]?.path ?? '') <= path);
}

/** Everything at or below a path; `.` or the empty string for all. */
export function below<T extends { path: string }>(sorted: readonly T[], path: string): readonly T[] {
  const root = path.replace(/\/+$/, '').replace(/^(\.\/)+/, '');
  if (root === '' || root === '.') return sorted;
  const self = sorted[firstAtOrAfter(sorted, root)];
  const from = firstAtOrAfter(sorted, `${root}/`);
  const inside = sorted.slice(from, firstAtOrAfter(sorted, `${root}0`)); // '0' follows '/'
  return self?.path === root ? [self, ...inside] : inside;
}

/** The folder that a path lies in; empty for the root. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function nameProblem(path: string, reason: string): Problem {
  return {
    code: 'file-name-refused',
    message: `File "${printable(path)}" was left out: ${reason}.`,
    hint: 'Rename the file.',
    file: printable(path),
  };
}
