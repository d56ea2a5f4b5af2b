import type { Problem, TreeEntry } from '../model.ts';
import { nameFault, printable } from './names.ts';

/** A tree's entries, searchable; what may not be used is kept apart. */
export interface Listing {
  /** Sorted by path, each path once. */
  entries: readonly TreeEntry[];
  byPath: ReadonlyMap<string, TreeEntry>;
  folders: ReadonlySet<string>;
  /** Entries that exist but are never read or written, with the reason. */
  refused: readonly Refused[];
}

interface Refused {
  path: string;
  entry: TreeEntry;
  problem: Problem;
}

/** Sorts and judges what git (or a walk) listed. Git's own order is kept: it is on the way of every review. */
export function listingOf(raw: readonly TreeEntry[]): Listing {
  const sorted = isSorted(raw) ? raw : [...raw].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const refused: Refused[] = [];
  const refuse = (entry: TreeEntry, reason: string): void => {
    refused.push({ path: entry.path, entry, problem: nameProblem(entry.path, reason) });
  };
  const byPath = new Map<string, TreeEntry>();
  for (const entry of sorted) {
    const fault = byPath.has(entry.path) ? 'the tree lists it twice' : nameFault(entry.path);
    if (fault === undefined) byPath.set(entry.path, entry);
    else refuse(entry, fault);
  }
  const folders = new Set<string>();
  const entries: TreeEntry[] = [];
  // Each folder is judged once, with those above it: there are many files to a folder, and they stand together.
  const blocked = new Map<string, boolean>([['', false]]);
  const isBlocked = (folder: string): boolean => {
    const known = blocked.get(folder);
    if (known !== undefined) return known;
    // A malformed tree can hold `a` as a link and as a folder: writing `a/b` would go through the link.
    const judged = byPath.has(folder) || isBlocked(folderOf(folder));
    blocked.set(folder, judged);
    return judged;
  };
  const double: string[] = [];
  let folder: string | undefined;
  let open = true;
  for (const entry of byPath.values()) {
    if (folder === undefined || !isIn(entry.path, folder)) {
      folder = folderOf(entry.path);
      open = !isBlocked(folder);
      for (let at = open ? folder : ''; at !== '' && !folders.has(at); at = folderOf(at)) folders.add(at);
    }
    if (open) entries.push(entry);
    else {
      double.push(entry.path);
      refuse(entry, 'a folder on its path is also a file or link');
    }
  }
  for (const path of double) byPath.delete(path);
  return { entries, byPath, folders, refused };
}

/** What is at a path in another version of a tree; undefined when nothing is. */
export type Edits = ReadonlyMap<string, TreeEntry | undefined>;

/** The listing with some of its entries replaced. Names and folders are judged again only where they differ. */
export function edited(listing: Listing, edits: Edits): Listing {
  const { entries, byPath, folders, refused } = listing;
  const sameNames = [...edits].every(([path, entry]) => entry !== undefined && byPath.get(path)?.type === entry.type);
  const now = ({ path, entry }: { path: string; entry: TreeEntry }): TreeEntry[] => {
    const edit = edits.has(path) ? edits.get(path) : entry;
    return edit === undefined ? [] : [edit];
  };
  if (!sameNames) {
    const known = [...entries.map((entry) => ({ path: entry.path, entry })), ...refused];
    const paths = new Set(known.map(({ path }) => path));
    const added = [...edits].flatMap(([path, entry]) => (entry === undefined || paths.has(path) ? [] : [entry]));
    return listingOf([...known.flatMap(now), ...added]);
  }
  const replaced = new Map(byPath);
  for (const [path, entry] of edits) if (entry !== undefined) replaced.set(path, entry);
  return { entries: entries.flatMap((entry) => now({ path: entry.path, entry })), byPath: replaced, folders, refused };
}

function isSorted(entries: readonly TreeEntry[]): boolean {
  return entries.every(({ path }, index) => index === 0 || (entries[index - 1]?.path ?? '') <= path);
}

/** Whether a path lies directly in a folder (empty for the root). */
function isIn(path: string, folder: string): boolean {
  return path.lastIndexOf('/') === (folder === '' ? -1 : folder.length) && path.startsWith(folder);
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

function firstAtOrAfter(sorted: readonly { path: string }[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.path ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return low;
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
