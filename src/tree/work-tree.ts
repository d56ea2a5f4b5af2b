import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TreeEntry } from '../model.ts';
import type { ExportLimits } from '../settings.ts';
import { split } from './commit-tree.ts';
import { treeOver, type GitTree } from './files.ts';
import { git } from './git.ts';
import { listingOf } from './listing.ts';

/**
 * A folder on disk as files. In a git work tree: what is tracked, and what is untracked but not ignored (one call of git);
 * elsewhere everything but `.git`. Entries have size 0 and no content id: nothing is measured before it is needed.
 */
export function workTree(folder: string, limits: ExportLimits): GitTree {
  const root = resolve(folder);
  return treeOver(
    {
      commit: '',
      listing: async () => listingOf(await list(root)),
      sizes: (entries) =>
        each(entries, ({ path, type }) => {
          const at = lstatSync(within(root, path), { throwIfNoEntry: false });
          // What the index calls a file may have become a link or a pipe since.
          const same = type === 'symlink' ? at?.isSymbolicLink() : at?.isFile();
          return same === true ? at?.size : undefined;
        }),
      contents: (entries) => each(entries, (entry) => contentOf(root, entry)),
      oids: async (entries, fileBytes) => {
        const { createHash } = await import('node:crypto');
        return each(entries, (entry) => {
          if (entry.type === 'submodule') return entry.oid;
          const size = lstatSync(within(root, entry.path), { throwIfNoEntry: false })?.size ?? 0;
          if (size > fileBytes) return `size ${size}`;
          const content = contentOf(root, entry);
          if (content === undefined) return undefined;
          // The id git gives a blob, so that equal files have equal digests in a commit and on disk.
          return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
        });
      },
      grep: async (strings, _endings, among) => {
        const hits = await each(await among(), (file) => {
          const content = contentOf(root, file);
          return content !== undefined && holds(content, strings) ? true : undefined;
        });
        return [...hits.keys()];
      },
    },
    limits,
  );
}

async function list(root: string): Promise<TreeEntry[]> {
  if (!inRepository(root)) return walk(root);
  const { stdout } = await git(['ls-files', '-z', '-t', '-s', '-o', '-d', '--exclude-standard'], {
    cwd: root,
    own: true,
  });
  const entries = new Map<string, TreeEntry>();
  for (const record of split(stdout)) {
    const [, tag, mode, oid = '', path = ''] = /^(\S) (?:(\d{6}) ([0-9a-f]+) \d\t)?([^]*)$/.exec(record) ?? [];
    if (tag === 'R') entries.delete(path);
    else if (tag === '?') entries.set(path.replace(/\/$/, ''), untracked(root, path));
    else if (tag !== 'S' || existsSync(join(root, path)))
      entries.set(path, {
        path,
        type: mode === '160000' ? 'submodule' : mode === '120000' ? 'symlink' : 'file',
        size: 0,
        oid: mode === '160000' ? oid : '',
      });
  }
  // Nothing, not even an untracked file: the folder itself is ignored by a repository around it, yet it was asked for.
  return entries.size === 0 && !existsSync(join(root, '.git')) ? walk(root) : [...entries.values()];
}

/** Git lists a repository inside the repository as one name with a slash. */
function untracked(root: string, path: string): TreeEntry {
  if (path.endsWith('/')) return { path: path.slice(0, -1), type: 'submodule', size: 0, oid: '' };
  const link = lstatSync(join(root, path), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return { path, type: link ? 'symlink' : 'file', size: 0, oid: '' };
}

function inRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  return dirname(folder) === folder ? false : inRepository(dirname(folder));
}

function walk(root: string): TreeEntry[] {
  const found: TreeEntry[] = [];
  const ahead = [''];
  for (let folder = ahead.pop(); folder !== undefined; folder = ahead.pop())
    for (const item of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? item.name : `${folder}/${item.name}`;
      if (item.name === '.git') continue;
      if (item.isDirectory()) ahead.push(path);
      else if (item.isFile()) found.push({ path, type: 'file', size: 0, oid: '' });
      else if (item.isSymbolicLink()) found.push({ path, type: 'symlink', size: 0, oid: '' });
    }
  return found;
}

function contentOf(root: string, { path, type }: TreeEntry): Buffer | undefined {
  const at = within(root, path);
  const stat = lstatSync(at, { throwIfNoEntry: false });
  if (type === 'symlink') return stat?.isSymbolicLink() === true ? readlinkSync(at, { encoding: 'buffer' }) : undefined;
  return stat?.isFile() === true ? readFileSync(at) : undefined;
}

/** In UTF-16 too, which Kubernetes reads where a byte order mark says so. */
function holds(content: Buffer, strings: readonly string[]): boolean {
  const wide = content.length > 1 && content.readUInt16BE(0) >= 0xfeff && content[0] !== content[1];
  return strings.some((string) => content.includes(string) || (wide && content.includes(string, 0, 'utf16le')));
}

/** The path on disk; a path nobody can read when a folder on the way has been replaced by a link since it was listed. */
function within(root: string, path: string): string {
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  // The files of a folder are asked for one after the other.
  if (seen?.root !== root || seen.folder !== folder) {
    seen = { root, folder, isReal: isReal(root, path) };
    // Nothing else has run until then.
    queueMicrotask(() => (seen = undefined));
  }
  return seen.isReal ? join(root, path) : '/nonexistent';
}

let seen: { root: string; folder: string; isReal: boolean } | undefined;

function isReal(root: string, path: string): boolean {
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
    if (lstatSync(join(root, path.slice(0, slash)), { throwIfNoEntry: false })?.isSymbolicLink() === true) return false;
  return true;
}

/** Reads in batches, so that a long run does not hold everything else up. */
async function each<T>(
  entries: readonly TreeEntry[],
  of: (entry: TreeEntry) => T | undefined,
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for (const [index, entry] of entries.entries()) {
    const value = attempt(() => of(entry));
    if (value !== undefined) found.set(entry.path, value);
    if (index % 200 === 199) await setImmediate();
  }
  return found;
}

/** A file that may not be read counts as not there; the caller reports what it missed. */
function attempt<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT' || code === 'ELOOP' || code === 'EIO')
      return undefined;
    throw cause;
  }
}
