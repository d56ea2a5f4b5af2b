import type { TreeEntry } from '../model.ts';
import type { ExportLimits } from '../settings.ts';
import { treeOver, type GitTree, type Source } from './files.ts';
import { git, type GitCall } from './git.ts';
import { blobsOf } from './blobs.ts';
import { resolveCommit, signalOf, type Repository } from './repository.ts';

/**
 * A commit as files: raw blobs, as they are stored. No checkout, no attributes, filters, hooks or submodules.
 *
 * In a repository fetched without contents an entry's `size` is 0, and what is read, searched or exported is fetched
 * first, in one go for each call.
 * @param revision a commit id, or anything that names one
 */
export function commitTree(repository: Repository, revision: string, limits: ExportLimits): GitTree {
  const run = async (args: readonly string[], call: GitCall = {}): Promise<Buffer> =>
    (await git([`--git-dir=${repository.gitDir}`, ...args], { ...signalOf(repository), ...call })).stdout;
  const measured = new Map<string, number>();
  let commit: Promise<string> | undefined;
  const resolved = (): Promise<string> => (commit ??= resolveCommit(repository, revision));
  const obtain = async (entries: readonly TreeEntry[]): Promise<void> =>
    repository.obtain?.([...new Set(entries.map((entry) => entry.oid))]);

  const source: Source = {
    commit: revision,
    list: async () => {
      // Sizes of blobs that are not here would be fetched one by one.
      const long = repository.obtain === undefined ? ['-l'] : [];
      return parseListing(await run(['ls-tree', '-r', '-z', '--full-tree', ...long, await resolved()]));
    },
    sizes: async (entries) => {
      if (repository.obtain === undefined) return new Map(entries.map((entry) => [entry.path, entry.size]));
      await obtain(entries);
      const unknown = [...new Set(entries.map((entry) => entry.oid))].filter((oid) => !measured.has(oid));
      if (unknown.length > 0) {
        const input = unknown.join('\n') + '\n';
        for (const line of (await run(['cat-file', '--batch-check', '--buffer'], { input })).toString().split('\n')) {
          const [oid = '', type, size] = line.split(' ');
          if (type === 'blob') measured.set(oid, Number(size));
        }
      }
      return new Map(
        entries.flatMap(({ path, oid }): [string, number][] => {
          const size = measured.get(oid);
          return size === undefined ? [] : [[path, size]];
        }),
      );
    },
    contents: async (entries) => {
      const kept = blobsOf(repository);
      const blobs = await kept.get(
        entries.map((entry) => entry.oid),
        async (oids) => {
          await repository.obtain?.(oids);
          const input = oids.join('\n') + '\n';
          return parseBatch(
            await run(['cat-file', '--batch', '--buffer'], { input, maxBytes: 2 * limits.totalBytes * 8 }),
          );
        },
      );
      return new Map(
        entries.flatMap(({ path, oid }): [string, Buffer][] => {
          const blob = blobs.get(oid);
          return blob === undefined ? [] : [[path, blob]];
        }),
      );
    },
    oids: (entries) => Promise.resolve(new Map(entries.map((entry) => [entry.path, entry.oid]))),
    grep: async (strings, files, endings) => {
      await obtain(files);
      const id = await resolved();
      const { stdout } = await git(
        [
          ...[
            `--git-dir=${repository.gitDir}`,
            'grep',
            '-z',
            '-l',
            '-a',
            '-F',
            '--full-name',
            '--no-recurse-submodules',
          ],
          ...strings.flatMap((string) => ['-e', string]),
          ...[id, '--', ...endings.map((ending) => `*${ending.replaceAll(/[*?[\\]/g, '\\$&')}`)],
        ],
        { ...signalOf(repository), accept: [1] },
      );
      return split(stdout).map((hit) => hit.slice(id.length + 1));
    },
  };
  return treeOver(source, limits);
}

/** `mode SP type SP oid [SP padded-size] TAB path NUL`; the size is `-` for submodules, `BAD` where the blob is missing. */
function parseListing(output: Buffer): TreeEntry[] {
  return split(output).flatMap((record): TreeEntry[] => {
    const [, mode, oid = '', size, path = ''] = /^(\d+) \w+ (\w+)(?: +(\S+))?\t([^]*)$/.exec(record) ?? [];
    if (mode === undefined) return [];
    const type = mode === '160000' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';
    return [{ path, type, size: Number(size) || 0, oid }];
  });
}

/** `oid SP type SP size LF content LF`, or `oid SP missing LF`. The contents are views of the output. */
function parseBatch(output: Buffer): Map<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(10, at);
    const [oid = '', type, size] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (size === undefined) continue;
    const content = output.subarray(at, at + Number(size));
    if (type === 'blob') blobs.set(oid, content);
    at += Number(size) + 1;
  }
  return blobs;
}

export function split(output: Buffer): string[] {
  return output.toString().split('\0').slice(0, -1);
}
