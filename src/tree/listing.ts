import type { Problem, TreeEntry } from '../model.ts';
import { nameFault, printable } from './names.ts';

/** A tree's entries, searchable; what may not be used is kept apart. */
export interface Listing {
  /** Sorted by path, each path once. */
  entries: readonly TreeEntry[];
  byPath: ReadonlyMap<string, TreeEntry>;
  folders: ReadonlySet<string>;
  /** Entries that exist but are never read or written, with the reason. */
  refused: readonly { path: string; problem: Problem }[];
}

/** Sorts and judges what git (or a walk) listed. */
export function listingOf(raw: readonly TreeEntry[]): Listing {
  const sorted = [...raw].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const refused: { path: string; problem: Problem }[] = [];
  const refuse = (entry: TreeEntry, reason: string): void => {
    refused.push({ path: entry.path, problem: nameProblem(entry.path, reason) });
  };
  const byPath = new Map<string, TreeEntry>();
  for (const entry of sorted) {
    const fault = byPath.has(entry.path) ? 'the tree lists it twice' : nameFault(entry.path);
    if (fault === undefined) byPath.set(entry.path, entry);
    else refuse(entry, fault);
  }
  const folders = new Set<string>();
  const entries: TreeEntry[] = [];
  // Each folder is judged once, with those above it: there are many files to a folder.
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
  for (const entry of byPath.values()) {
    const folder = folderOf(entry.path);
    if (isBlocked(folder)) {
      double.push(entry.path);
      refuse(entry, 'a folder on its path is also a file or link');
      continue;
    }
    for (let at = folder; at !== '' && !folders.has(at); at = folderOf(at)) folders.add(at);
    entries.push(entry);
  }
  for (const path of double) byPath.delete(path);
  return { entries, byPath, folders, refused };
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
