import { createHash } from 'node:crypto';
import { defaultLimits } from '../../src/settings.ts';
import { treeOver } from '../../src/tree/files.ts';
import { listingOf } from '../../src/tree/listing.ts';
import type { Tree, TreeEntry } from '../../src/model.ts';

/** A link's target, among the files of a memory tree. */
export class Link {
  readonly target: string;
  constructor(target: string) {
    this.target = target;
  }
}

/** What was asked of a tree's content: for tests that nothing is read which cannot matter. */
export interface Asked {
  read: string[];
  searches: number;
}

/** A tree held in memory, with the contract of the real ones: only where its content comes from differs. */
export function memoryTree(files: Record<string, string | Buffer | Link>): Tree & { asked: Asked } {
  const asked: Asked = { read: [], searches: 0 };
  const content = (path: string): Buffer => {
    const file = files[path] ?? '';
    return file instanceof Link ? Buffer.from(file.target) : Buffer.from(file);
  };
  const hash = (path: string): string => createHash('sha1').update(content(path)).digest('hex');
  const paths = (entries: readonly TreeEntry[]): string[] => entries.map(({ path }) => path);
  const tree = treeOver(
    {
      commit: createHash('sha1').update(JSON.stringify(files)).digest('hex'),
      listing: () =>
        Promise.resolve(
          listingOf(
            Object.keys(files).map((path) => ({
              path,
              type: files[path] instanceof Link ? ('symlink' as const) : ('file' as const),
              size: content(path).length,
              oid: hash(path),
            })),
          ),
        ),
      sizes: (entries) => Promise.resolve(new Map(paths(entries).map((path) => [path, content(path).length]))),
      contents: (entries) => {
        asked.read.push(...paths(entries));
        return Promise.resolve(new Map(paths(entries).map((path) => [path, content(path)])));
      },
      oids: (entries) => Promise.resolve(new Map(paths(entries).map((path) => [path, hash(path)]))),
      grep: async (strings, _endings, among) => {
        asked.searches += 1;
        return paths(await among()).filter((path) => strings.some((one) => content(path).includes(one)));
      },
    },
    defaultLimits,
  );
  return { ...tree, asked };
}
