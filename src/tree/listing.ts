import type { Problem, TreeEntry, TreeIndex } from '../model.ts';
import { firstAtOrAfter } from '../sorted.ts';
import { indexOf, isFolder } from '../tree-index.ts';
import { nameFault, printable } from './names.ts';
import { packed, packedWith, type Packed } from './packed.ts';
import { entriesOf } from './records.ts';

/** A tree's entries, searchable; what may not be used is kept apart. */
export interface Listing extends TreeIndex {
  /** Sorted by path, each path once. */
  readonly entries: readonly TreeEntry[];
  /** Entries that exist but are never read or written, with the reason. */
  refused: readonly Refused[];
  /** The listing as git printed it, where every name in it is plain. */
  packed?: Packed;
}

interface Refused {
  path: string;
  entry: TreeEntry;
  problem: Problem;
}

/** What `ls-tree -r -z` printed. */
export function printedListing(output: Buffer): Listing {
  const known = packed(output);
  return known === undefined ? listingOf(entriesOf(output.toString())) : plainListing(known);
}

function plainListing(known: Packed): Listing {
  let entries: readonly TreeEntry[] | undefined;
  return {
    ...known,
    packed: known,
    refused: [],
    get entries() {
      return (entries ??= entriesOf(known.text()));
    },
  };
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
  const index = indexOf(named);
  const double = new Set(
    named
      .filter(({ path }, at) => named[at + 1]?.path.startsWith(path) === true && isFolder(index, path))
      .map(({ path }) => path),
  );
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
  return { ...indexOf(entries), entries, refused };
}

/** What is at a path in another version of a tree; undefined when nothing is. */
export type Edits = ReadonlyMap<string, TreeEntry | undefined>;

/** The listing with some of its entries replaced. Names and folders are judged again only where they differ. */
export function edited(listing: Listing, edits: Edits): Listing {
  const known = listing.packed === undefined ? undefined : packedWith(listing.packed, edits);
  return known === undefined ? editedOneByOne(listing, edits) : plainListing(known);
}

function editedOneByOne({ entries, find, refused }: Listing, edits: Edits): Listing {
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
