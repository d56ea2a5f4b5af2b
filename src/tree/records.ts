/**
 * The records that `git ls-tree -r -z` prints, one behind the other: `mode SP type SP oid [SP padded-size] TAB path NUL`, sorted by path.
 */
import type { TreeEntry } from '../model.ts';

/** What the modes of nearly all entries begin with. */
export const fileMode = '100';

/**
 * Records, and files of a folder, that are looked at in one call. One loop over all would run so long that V8 compiles it once more in
 * its best way, for 5 ms and more on the core that git needs, and be over when that is done.
 */
export const atOnce = 100;

/** Where the record of the first path at or after this one begins; the length when there is none. */
export function startOf(text: string, path: string): number {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const start = text.lastIndexOf('\0', ((low + high) >> 1) - 1) + 1;
    const tab = text.indexOf('\t', start);
    const end = text.indexOf('\0', tab);
    if (text.slice(tab + 1, end) < path) low = end + 1;
    else high = start;
  }
  return low;
}

/** The path of the record that begins there; undefined at the end. */
export function pathAt(text: string, start: number): string | undefined {
  if (start >= text.length) return undefined;
  const tab = text.indexOf('\t', start);
  return text.slice(tab + 1, text.indexOf('\0', tab));
}

/** The entries of a listing as git prints it, whatever their names. */
export function entriesOf(text: string): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0, end; (end = text.indexOf('\0', at)) !== -1; at = end + 1) entries.push(entryOf(text.slice(at, end)));
  return entries;
}

/** `mode SP type SP oid [SP padded-size] TAB path`; the size is `-` for submodules, `BAD` where the blob is missing. */
export function entryOf(record: string): TreeEntry {
  const from = record.indexOf(' ', '100644 '.length) + 1;
  const tab = record.indexOf('\t', from);
  const space = record.indexOf(' ', from);
  const sized = space !== -1 && space < tab;
  return {
    path: record.slice(tab + 1),
    // Nearly all begin with 100: files.
    type: record.startsWith(fileMode) ? 'file' : typeOf(record.slice(0, '100644'.length)),
    size: sized ? Number(record.slice(space, tab)) || 0 : 0,
    oid: record.slice(from, sized ? space : tab),
  };
}

/** What a mode of a tree entry says it is. */
export function typeOf(mode: string): TreeEntry['type'] {
  return mode === '160000' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';
}

/** The record of an entry, as git would print it without the size. */
export function recordOf({ path, type, oid }: TreeEntry): string {
  const mode = type === 'file' ? '100644 blob' : type === 'symlink' ? '120000 blob' : '160000 commit';
  return `${mode} ${oid}\t${path}\0`;
}
