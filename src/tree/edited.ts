import { lstat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Tree } from '../model.ts';

/** A tree with other text in some of its files, for trying a change. Files that the tree has not are not added. */
export function editedTree(tree: Tree, files: ReadonlyMap<string, string>): Tree {
  const edited = (path: string, before: Buffer | undefined): Buffer | undefined => {
    const text = files.get(path);
    return before === undefined || text === undefined ? before : Buffer.from(text, 'utf8');
  };
  return {
    commit: tree.commit,
    entries: () => tree.entries(),
    ...(tree.index === undefined ? {} : { index: tree.index.bind(tree) }),
    read: async (path) => edited(path, await tree.read(path)),
    async readMany(paths) {
      const found = await tree.readMany(paths);
      for (const path of files.keys()) {
        const now = edited(path, found.get(path));
        if (now !== undefined) found.set(path, now);
      }
      return found;
    },
    grep: (strings, endings, without) => tree.grep(strings, endings, without),
    async digest(paths) {
      const hash = createHash('sha256').update(await tree.digest(paths));
      for (const [path, text] of files) hash.update(JSON.stringify([path, text]));
      return hash.digest('hex');
    },
    async export(paths, into) {
      const problems = await tree.export(paths, into);
      for (const [path, text] of files) {
        const file = join(into, path);
        // What was not asked for is not there, and a link may lead to a file that is another's.
        if (await isFile(file)) await writeFile(file, text);
      }
      return problems;
    },
    ...(tree.refused === undefined ? {} : { refused: (paths) => tree.refused?.(paths) ?? Promise.resolve([]) }),
  };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return false;
    throw error;
  }
}
