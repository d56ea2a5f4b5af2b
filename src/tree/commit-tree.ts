import { PlimsollError } from '../errors.ts';
import type { TreeEntry } from '../model.ts';
import type { ExportLimits } from '../settings.ts';
import { folderNamed } from '../tree-index.ts';
import { blobsOf } from './blobs.ts';
import { treeOver, type GitTree, type Source } from './files.ts';
import { git, type GitCall } from './git.ts';
import { objectsOf } from './objects.ts';
import { edited, printedListing, type Edits, type Listing } from './listing.ts';
import { resolveCommit, signalOf, type Repository } from './repository.ts';

/**
 * A commit as files: raw blobs, as they are stored. No checkout, no attributes, filters, hooks or submodules.
 *
 * In a repository fetched without contents an entry's `size` is 0, and what is read, searched or exported is fetched
 * first, in one go for each call.
 * @param revision a commit id, or anything that names one
 */
export function commitTree(repository: Repository, revision: string, limits: ExportLimits): GitTree {
  return treeOver(commitSource(repository, revision), limits);
}

/** What git is asked of a commit: each question once, so one that is asked ahead is answered when it is needed. */
export function commitSource(repository: Repository, revision: string): Source {
  const listing = once(async () => {
    // Sizes of blobs that are not here would be fetched one by one.
    const long = repository.obtain === undefined ? ['-l'] : [];
    const commit = await resolveCommit(repository, revision);
    const call = { ahead: repository.obtain === undefined };
    return printedListing(await run(repository, ['ls-tree', '-r', '-z', '--full-tree', ...long, commit], call));
  });
  const searches = new Map<string, Promise<string[]>>();
  return {
    commit: revision,
    listing,
    ...contentsOf(repository, (entries) =>
      repository.obtain === undefined
        ? new Map(entries.map((entry) => [entry.path, entry.size]))
        : measure(repository, entries),
    ),
    grep: (strings, endings, among, without) => {
      const key = JSON.stringify([strings, endings, without]);
      const found = searches.get(key) ?? search(repository, revision, { strings, endings, without }, among);
      searches.set(key, found);
      return found;
    },
  };
}

/**
 * Another version of a commit that is told from it: what differs is given, all else is the same. A tree of many files is then
 * listed and searched once for both.
 * @param edits with `size` 0 where it is not known
 */
export function editedSource(
  repository: Repository,
  revision: string,
  other: Source,
  edits: () => Promise<Edits>,
): Source {
  const isEdited = (entries: readonly TreeEntry[], known: Edits): TreeEntry[] =>
    entries.filter(({ path, oid }) => known.get(path)?.oid === oid);
  const files = contentsOf(repository, async (entries) => {
    const differing = isEdited(entries, await edits());
    const measured = differing.length === 0 ? [] : await measure(repository, differing);
    const sizes = new Map(entries.map((entry) => [entry.path, entry.size]));
    for (const { path } of differing) sizes.delete(path);
    for (const [path, size] of measured) sizes.set(path, size);
    return sizes;
  });
  // The sizes are known by the time that the other commit is listed.
  edits()
    .then((known) =>
      measure(
        repository,
        [...known.values()].filter((entry) => entry !== undefined),
      ),
    )
    .catch(() => undefined);
  const listing = once(async (): Promise<Listing> => edited(await other.listing(), await edits()));
  return {
    commit: revision,
    listing,
    ...files,
    grep: async (strings, endings, among, without) => {
      const known = await edits();
      const { find } = await listing();
      const differing = [...known.keys()]
        .filter((path) => endings.some((ending) => path.endsWith(ending)))
        .filter((path) => without === undefined || folderNamed(path, without) === undefined)
        .flatMap((path) => find(path) ?? [])
        .filter(({ type }) => type === 'file');
      const sizes = await files.sizes(differing);
      const total = differing.reduce((sum, { path }) => sum + (sizes.get(path) ?? Infinity), 0);
      if (total > readable) return search(repository, revision, { strings, endings, without }, among);
      const [same, contents] = await Promise.all([
        other.grep(strings, endings, among, without),
        files.contents(differing),
      ]);
      const hits = [...contents].filter(([, content]) => strings.some((string) => content.includes(string)));
      return [...same.filter((path) => !known.has(path)), ...hits.map(([path]) => path)];
    },
  };
}

/** Differing files that are read to be searched, in bytes together; beyond that git searches. */
const readable = 2 ** 23;

/** What one call may read, in bytes: a guard of memory beyond what the limits of a tree let through. */
const readableAtOnce = 2 ** 31;

function contentsOf(
  repository: Repository,
  sizes: (entries: readonly TreeEntry[]) => Map<string, number> | Promise<Map<string, number>>,
): Pick<Source, 'sizes' | 'contents' | 'oids'> {
  return {
    sizes: async (entries) => sizes(entries),
    contents: async (entries) => {
      const oids = entries.map((entry) => entry.oid);
      const blobs = await blobsOf(repository).get(oids, async (missing) => {
        await repository.obtain?.(missing);
        return objectsOf(repository).read(missing, readableAtOnce);
      });
      return new Map(
        entries.flatMap(({ path, oid }): [string, Buffer][] => {
          const blob = blobs.get(oid);
          return blob === undefined ? [] : [[path, blob]];
        }),
      );
    },
    oids: (entries) => Promise.resolve(new Map(entries.map((entry) => [entry.path, entry.oid]))),
  };
}

const sizesKnown = new WeakMap<Repository, Map<string, Promise<number | undefined>>>();

/** Sizes of blobs that the listing did not tell, fetched first where they are not here; each is asked for once. */
async function measure(repository: Repository, entries: readonly TreeEntry[]): Promise<Map<string, number>> {
  const known = sizesKnown.get(repository) ?? new Map<string, Promise<number | undefined>>();
  sizesKnown.set(repository, known);
  const oids = new Set(entries.map((entry) => entry.oid));
  await repository.obtain?.([...oids]);
  const unknown = [...oids].filter((oid) => !known.has(oid));
  if (unknown.length > 0) {
    const told = repository.obtain === undefined ? readSizes(repository, unknown) : blobSizes(repository, unknown);
    for (const oid of unknown)
      known.set(
        oid,
        told.then((sizes) => sizes.get(oid)),
      );
  }
  const measured = new Map<string, number>();
  for (const { path, oid } of entries) {
    const size = await known.get(oid);
    if (size !== undefined) measured.set(path, size);
  }
  return measured;
}

/** What is read to be measured: blobs, and bytes together. */
const measurable = { blobs: 200, bytes: 2 ** 21 };

/** Sizes, by reading what is probably read next anyway; where it is too much, git only measures. */
async function readSizes(repository: Repository, oids: readonly string[]): Promise<Map<string, number>> {
  if (oids.length > measurable.blobs) return blobSizes(repository, oids);
  try {
    const blobs = await objectsOf(repository).read(oids, measurable.bytes);
    blobsOf(repository).keep(blobs);
    return new Map([...blobs].map(([oid, content]) => [oid, content.length]));
  } catch (error) {
    if (!(error instanceof PlimsollError && error.code === 'git-output')) throw error;
    return blobSizes(repository, oids);
  }
}

async function blobSizes(repository: Repository, oids: readonly string[]): Promise<Map<string, number>> {
  const input = oids.join('\n') + '\n';
  const told = (await run(repository, ['cat-file', '--batch-check', '--buffer'], { input })).toString();
  return new Map(
    told.split('\n').flatMap((line): [string, number][] => {
      const [oid = '', type, size] = line.split(' ');
      return type === 'blob' ? [[oid, Number(size)]] : [];
    }),
  );
}

async function search(
  repository: Repository,
  revision: string,
  {
    strings,
    endings,
    without,
  }: { strings: readonly string[]; endings: readonly string[]; without: string | undefined },
  among: () => Promise<readonly TreeEntry[]>,
): Promise<string[]> {
  if (repository.obtain !== undefined) await repository.obtain((await among()).map((entry) => entry.oid));
  const id = await resolveCommit(repository, revision);
  const { stdout } = await git(
    [
      ...[
        `--git-dir=${repository.gitDir}`,
        'grep',
        '--threads=1',
        '-z',
        '-l',
        '-a',
        '-F',
        '--full-name',
        '--no-recurse-submodules',
      ],
      ...strings.flatMap((string) => ['-e', string]),
      ...[id, '--', ...endings.map((ending) => `*${literal(ending)}`)],
      ...(without === undefined ? [] : [`:(exclude,glob)**/${literal(without)}/**`]),
    ],
    { ...signalOf(repository), accept: [1] },
  );
  return split(stdout).map((hit) => hit.slice(id.length + 1));
}

/** A text in a pattern that stands for itself. */
function literal(text: string): string {
  return text.replaceAll(/[*?[\\]/g, '\\$&');
}

async function run(repository: Repository, args: readonly string[], call: GitCall = {}): Promise<Buffer> {
  return (await git([`--git-dir=${repository.gitDir}`, ...args], { ...signalOf(repository), ...call })).stdout;
}

export function split(output: Buffer): string[] {
  return output.toString().split('\0').slice(0, -1);
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
