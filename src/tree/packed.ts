/**
 * A commit's listing left as the text that git prints, and searched as that. A repository has 100,000 files, a pull request
 * asks for a hundred: an object for each would take longer to make, and to collect again, than all that is asked of them.
 */
import { isAscii } from 'node:buffer';
import type { TreeEntry, TreeIndex } from '../model.ts';
import { folderNamed, isFolder, rootOf } from '../tree-index.ts';
import { areBeside } from './beside.ts';
import { atOnce, entriesOf, entryOf, fileMode, pathAt, recordOf, startOf } from './records.ts';

/** Records of `ls-tree -r -z`; sorted by path, each path once, no path that is both file and folder. */
export interface Packed extends TreeIndex {
  text(): string;
}

/** Longest path that is taken without a closer look, in characters. */
const longest = 255;

/**
 * Characters that no text holds whose names all may be used as they are, beside those beyond ASCII: controls, and those that
 * some file system reads in its own way.
 */
const oddCharacters = [
  ...Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)),
  ':',
  '\\',
  '~',
  '\x7f',
].filter((character) => character !== '\0' && character !== '\t');

/** Parts of a path that no such text holds: empty ones, `.`, `..` and `.git`. */
const oddPart = /[\t/](?:\.(?:[gG][iI][tT])?[. ]*)?[/\0]/;

/**
 * Whether a name among these has to be looked at by itself; it may still be fine. A character is searched for so much faster
 * than a class of them that thirty searches take a third of the time of one.
 */
function isOdd(output: Buffer, text: string): boolean {
  return !isAscii(output) || oddCharacters.some((character) => text.includes(character)) || oddPart.test(text);
}

/** The listing that git printed; undefined when not every name in it is plain, or it is not in order. */
export function packed(output: Buffer): Packed | undefined {
  const text = output.toString('latin1');
  if (isOdd(output, text)) return undefined;
  const seen: Seen = { start: 0, tab: text.indexOf('\t'), previous: '', doubtful: [], special: [] };
  while (seen.start < text.length) if (!look(text, seen)) return undefined;
  const { doubtful, special } = seen;
  const found = over(
    text,
    special.filter(({ type }) => type !== 'file'),
  );
  return doubtful.some((path) => isFolder(found, path)) ? undefined : found;
}

/** What was seen of a listing up to a record. */
interface Seen {
  /** Where the record begins. */
  start: number;
  /** The next tab, -1 for none. */
  tab: number;
  previous: string;
  /** Paths that another begins with. A malformed tree can hold `a` as a link and as a folder. */
  doubtful: string[];
  /** What has another mode than nearly all. */
  special: TreeEntry[];
}

/** Looks at the next records; false where one is not plain or not in order. */
function look(text: string, seen: Seen): boolean {
  let { start, tab, previous } = seen;
  for (let count = 0; count < atOnce && start < text.length; count += 1) {
    const end = text.indexOf('\0', tab);
    if (tab === -1 || end === -1 || end - tab > longest) return false;
    const path = text.slice(tab + 1, end);
    // No path is empty.
    if (path <= previous) return false;
    if (previous !== '' && path.startsWith(previous)) seen.doubtful.push(previous);
    if (!text.startsWith(fileMode, start)) seen.special.push(entryOf(text.slice(start, end)));
    previous = path;
    start = end + 1;
    tab = text.indexOf('\t', tab + 1);
    // A tab in the path itself.
    if (tab !== -1 && tab < end) return false;
  }
  Object.assign(seen, { start, tab, previous });
  return true;
}

/** What another listing knows of a path or a name that is the same here. */
interface Elsewhere {
  find: (path: string) => TreeEntry | undefined;
  named: (name: string) => readonly string[] | undefined;
  alwaysBeside: (folder: string, file: string) => boolean | undefined;
}

function over(text: string, special: readonly TreeEntry[], elsewhere?: Elsewhere): Packed {
  const asked = new Map<string, TreeEntry | undefined>();
  const names = new Map<string, readonly string[]>();
  const beside = new Map<string, boolean>();
  /** Tabs before the paths that were come by when a name was looked for: these files are mostly asked for next. */
  const tabs = new Map<string, number>();
  const search = (path: string): TreeEntry | undefined => {
    const tab = tabs.get(path);
    const start = tab === undefined ? startOf(text, path) : text.lastIndexOf('\0', tab) + 1;
    return pathAt(text, start) === path ? entryOf(text.slice(start, text.indexOf('\0', start))) : undefined;
  };
  return {
    text: () => text,
    find: (path) => {
      if (asked.has(path)) return asked.get(path);
      const found = elsewhere?.find(path) ?? search(path);
      asked.set(path, found);
      return found;
    },
    next: (path) => pathAt(text, startOf(text, path)),
    below: (path) => {
      const root = rootOf(path);
      if (root === '') return entriesOf(text);
      const self = startOf(text, root);
      const own = pathAt(text, self) === root ? text.slice(self, text.indexOf('\0', self) + 1) : '';
      return entriesOf(own + text.slice(startOf(text, `${root}/`), startOf(text, `${root}0`))); // '0' follows '/'
    },
    named: (name) => {
      const found = names.get(name) ?? elsewhere?.named(name) ?? withName(text, name, tabs);
      names.set(name, found);
      return found;
    },
    alwaysBeside: (folder, file) => {
      const key = `${folder}/${file}`;
      const found = beside.get(key) ?? elsewhere?.alwaysBeside(folder, file) ?? areBeside(text, folder, file);
      beside.set(key, found);
      return found;
    },
    special: () => special,
  };
}

function withName(text: string, name: string, tabs: Map<string, number>): string[] {
  const found: string[] = [];
  // Not with the slash before it: V8 looks for the first character, and slashes are many.
  const end = `${name}\0`;
  for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, at + end.length)) {
    if (text[at - 1] !== '/' && text[at - 1] !== '\t') continue;
    const tab = text.lastIndexOf('\t', at);
    const path = text.slice(tab + 1, at + name.length);
    tabs.set(path, tab);
    found.push(path);
  }
  return sorted(found);
}

/** In order. They nearly always are: in git's order only what lies at the top may stand elsewhere. */
function sorted(paths: string[]): string[] {
  return paths.every((path, at) => at === 0 || (paths[at - 1] ?? '') < path) ? paths : paths.sort();
}

/** The listing with some entries replaced, added or (undefined) taken out; undefined when that cannot be said as plain text. */
export function packedWith(listing: Packed, edits: ReadonlyMap<string, TreeEntry | undefined>): Packed | undefined {
  const changed = [...edits.values()].filter((entry) => entry !== undefined);
  const moved = [...edits].flatMap(([path, entry]) => (entry?.type === listing.find(path)?.type ? [] : [path]));
  const special = [
    ...listing.special().filter(({ path }) => !edits.has(path)),
    ...changed.filter(({ type }) => type !== 'file'),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
  if (moved.length === 0) return replaced(listing, edits, special);
  const names = new Set(moved.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  const isMoved = (name: string): boolean => moved.some((path) => folderNamed(path, name) !== undefined);
  // Where nothing of a name is added or taken away, the answers stay.
  const found = over(textWith(listing.text(), edits), special, {
    find: (path) => (edits.has(path) ? undefined : listing.find(path)),
    named: (name) => (names.has(name) ? undefined : listing.named(name)),
    alwaysBeside: (folder, file) =>
      names.has(file) || isMoved(folder) ? undefined : listing.alwaysBeside(folder, file),
  });
  const added = changed.filter(({ path, type }) => listing.find(path)?.type !== type);
  return added.every((entry) => isPlain(entry, found)) ? found : undefined;
}

/** The listing with the same paths, of which some hold something else. */
function replaced(
  listing: Packed,
  edits: ReadonlyMap<string, TreeEntry | undefined>,
  special: readonly TreeEntry[],
): Packed {
  let text: string | undefined;
  return {
    ...listing,
    text: () => (text ??= textWith(listing.text(), edits)),
    find: (path) => edits.get(path) ?? listing.find(path),
    below: (path) => listing.below(path).map((entry) => edits.get(entry.path) ?? entry),
    special: () => special,
  };
}

function textWith(text: string, edits: ReadonlyMap<string, TreeEntry | undefined>): string {
  const pieces: string[] = [];
  let done = 0;
  for (const [path, entry] of [...edits].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const start = startOf(text, path);
    pieces.push(text.slice(done, start), entry === undefined ? '' : recordOf(entry));
    done = pathAt(text, start) === path ? text.indexOf('\0', start) + 1 : start;
  }
  pieces.push(text.slice(done));
  return pieces.join('');
}

/** Whether a new entry's name is plain, and no folder on its way or its own path is a file as well. */
function isPlain(entry: TreeEntry, all: Packed): boolean {
  const { path } = entry;
  const record = recordOf(entry);
  if (path.length >= longest || /[\t\0]/.test(path) || isOdd(Buffer.from(record), record) || isFolder(all, path))
    return false;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1))
    if (all.find(path.slice(0, at)) !== undefined) return false;
  return true;
}
