import { PlimsollError } from '../errors.ts';
import type { Problem, Tree, TreeEntry } from '../model.ts';
import type { ExportLimits } from '../settings.ts';
import { writeFiles } from './export.ts';
import { resolve, type Node, type Resolved } from './links.ts';
import { below, folderNamed, isFolder } from '../tree-index.ts';
import type { Listing } from './listing.ts';
import { megabytes, tooLarge } from './refusals.ts';

/** A tree that also tells what it will not hand out. */
export interface GitTree extends Tree {
  refused(paths?: readonly string[]): Promise<Problem[]>;
}

/** Where a tree's names and contents come from. Entries handed to it are its own; content is given by path. */
export interface Source {
  readonly commit: string;
  /** Asked once. */
  listing(): Promise<Listing>;
  /** Sizes in bytes, of what can still be found. Makes the contents available, in one go. */
  sizes(entries: readonly TreeEntry[]): Promise<Map<string, number>>;
  /** Contents of files and targets of links. */
  contents(entries: readonly TreeEntry[]): Promise<Map<string, Buffer>>;
  /** Content ids; a file over `fileBytes` may have any id that depends on its size. */
  oids(entries: readonly TreeEntry[], fileBytes: number): Promise<Map<string, string>>;
  /**
   * Paths of files that contain one of the strings; `among` tells which files those with the endings are, but for those in folders
   * named `without`.
   */
  grep(
    strings: readonly string[],
    endings: readonly string[],
    among: () => Promise<readonly TreeEntry[]>,
    without?: string,
  ): Promise<string[]>;
}

/** Reading many files at once may take this many times what one export may: a guard of memory, not of units. */
const readFactor = 8;

/** The contract of `Tree` over a source: confined, capped, links followed by name and never by the file system. */
export function treeOver(source: Source, limits: ExportLimits): GitTree {
  const listing = once(() => source.listing());
  const targets = once(async () => {
    const links = (await listing()).special().filter((entry) => entry.type === 'symlink');
    const sizes = await source.sizes(links);
    // PATH_MAX: a longer target leads nowhere on Linux.
    const readable = links.filter((link) => (sizes.get(link.path) ?? Infinity) <= 4096);
    return new Map([...(await source.contents(readable))].map(([path, target]) => [path, target.toString()]));
  });
  const known = new Map<string, number>();

  async function follow(paths: readonly string[]): Promise<Map<string, Resolved>> {
    const index = await listing();
    // Links are read only when a path is not plainly a file: most trees and most questions have none. What is listed as a file
    // lies in folders alone.
    const isFile = (path: string): boolean => index.find(path)?.type === 'file';
    const nodeAt = nodesOf(index, paths.every(isFile) ? new Map() : await targets());
    return new Map(paths.map((path) => [path, isFile(path) ? { kind: 'file', path } : resolve(path, nodeAt)]));
  }

  async function measured(entries: readonly TreeEntry[]): Promise<Map<string, number>> {
    const sizes = await source.sizes(entries);
    for (const [path, size] of sizes) if (size > limits.fileBytes) known.set(path, size);
    return sizes;
  }

  async function readMany(paths: readonly string[], strict = false): Promise<Map<string, Buffer>> {
    const { find } = await listing();
    const asked = new Map<string, TreeEntry>();
    for (const [path, resolved] of await follow([...new Set(paths)])) {
      const entry = resolved.kind === 'file' ? find(resolved.path) : undefined;
      if (entry?.type === 'file') asked.set(path, entry);
    }
    const files = [...new Set(asked.values())];
    const sizes = await measured(files);
    let total = 0;
    const fitting = files.filter((file) => {
      const size = sizes.get(file.path);
      if (size === undefined) return false;
      if (size > limits.fileBytes) {
        if (strict) throw tooLarge(file.path, size, limits);
        return false;
      }
      total += size;
      return true;
    });
    if (total > limits.totalBytes * readFactor)
      throw new PlimsollError(
        'files-too-large',
        `${files.length} files of ${megabytes(total)} together are too much to read at once.`,
        'Leave folders without manifests out with `exclude`, or raise `limits`.',
      );
    const contents = await source.contents(fitting);
    return new Map(
      [...asked].flatMap(([path, file]): [string, Buffer][] => {
        const content = contents.get(file.path);
        return content === undefined ? [] : [[path, content]];
      }),
    );
  }

  /** Everything at or below the paths, and what links among it lead to. */
  async function select(paths: readonly string[]): Promise<Map<string, TreeEntry>> {
    const index = await listing();
    const chosen = new Map<string, TreeEntry>();
    const ahead = [...paths];
    for (let path = ahead.pop(); path !== undefined; path = ahead.pop())
      for (const entry of index.below(path)) {
        if (chosen.has(entry.path)) continue;
        chosen.set(entry.path, entry);
        if (entry.type !== 'symlink') continue;
        const led = (await follow([entry.path])).get(entry.path);
        // A link to the root would select the repository: it is kept, but brings nothing along.
        if ((led?.kind === 'file' || led?.kind === 'folder') && led.path !== '') ahead.push(led.path);
        ahead.push(...linksOnTheWay(entry.path, (await listing()).find, await targets()));
      }
    return chosen;
  }

  return {
    commit: source.commit,
    entries: async () => (await listing()).entries,
    index: listing,
    read: async (path) => (await readMany([path], true)).get(path),
    readMany: (paths) => readMany(paths),
    grep: async (strings, endings, without) => {
      if (strings.length === 0 || endings.length === 0) return [];
      const isAmong = ({ type, path }: TreeEntry): boolean =>
        type === 'file' &&
        endings.some((end) => path.endsWith(end)) &&
        (without === undefined || folderNamed(path, without) === undefined);
      const found = await source.grep(strings, endings, async () => (await listing()).entries.filter(isAmong), without);
      const { find } = await listing();
      return found
        .filter((path) => {
          const entry = find(path);
          return entry !== undefined && isAmong(entry);
        })
        .sort();
    },
    digest: async (paths) => {
      const chosen = [...(await select(paths)).values()].sort((a, b) => (a.path < b.path ? -1 : 1));
      const oids = await source.oids(chosen, limits.fileBytes);
      const { createHash } = await import('node:crypto');
      const hash = createHash('sha256');
      for (const { path, type } of chosen) hash.update(`${type}\0${path}\0${oids.get(path) ?? 'none'}\n`);
      const { refused } = await listing();
      for (const path of paths) for (const item of below(refused, path)) hash.update(`refused\0${item.path}\n`);
      return hash.digest('hex');
    },
    export: async (paths, into) => {
      const nodes = await listing();
      const chosen = await select(paths);
      const problems = new Set(paths.flatMap((path) => below(nodes.refused, path).map((item) => item.problem)));
      const nodeAt = nodesOf(nodes, await targets());
      const written = await writeFiles(
        { chosen, resolve: (path) => resolve(path, nodeAt), targets: await targets() },
        into,
        {
          limits,
          sizes: measured,
          contents: (entries) => source.contents(entries),
        },
      );
      return [...problems, ...written];
    },
    refused: async (paths = ['']) => {
      const { refused, below: entriesBelow } = await listing();
      const entries = new Map(paths.flatMap((path) => entriesBelow(path)).map((entry) => [entry.path, entry]));
      return [
        ...[...new Set(paths.flatMap((path) => below(refused, path)))].map((item) => item.problem),
        ...[...entries.values()].flatMap((entry) => {
          const size = Math.max(entry.size, known.get(entry.path) ?? 0);
          return entry.type === 'file' && size > limits.fileBytes
            ? [tooLarge(entry.path, size, limits).toProblem()]
            : [];
        }),
      ];
    },
  };
}

/** The links that following a link passes, so that an exported chain is whole. */
function linksOnTheWay(path: string, find: Listing['find'], targets: ReadonlyMap<string, string>): string[] {
  const passed: string[] = [];
  resolve(path, (at) => {
    const entry = find(at);
    if (entry?.type === 'symlink' && at !== path) passed.push(at);
    const target = targets.get(at);
    return entry === undefined || target === undefined ? 'folder' : { target };
  });
  return passed;
}

function nodesOf(
  index: Pick<Listing, 'find' | 'next'>,
  targets: ReadonlyMap<string, string>,
): (path: string) => Node | undefined {
  return (path) => {
    const entry = index.find(path);
    if (entry === undefined) return isFolder(index, path) ? 'folder' : undefined;
    if (entry.type === 'symlink') {
      const target = targets.get(path);
      return target === undefined ? undefined : { target };
    }
    return entry.type === 'file' ? 'file' : undefined;
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((cause: unknown) => {
      made = undefined;
      throw cause;
    }));
}
