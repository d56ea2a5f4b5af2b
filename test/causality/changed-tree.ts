import { lstat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tree } from '../../src/model.ts';

/** The tree with other text in one of its files. */
export function changedTree(tree: Tree, file: string, text: string): Tree {
  const bytes = Buffer.from(text);
  return {
    ...tree,
    entries: () => tree.entries(),
    read: async (path) => (path === file ? bytes : tree.read(path)),
    readMany: async (paths) => {
      const read = await tree.readMany(paths);
      if (read.has(file)) read.set(file, bytes);
      return read;
    },
    export: async (paths, into) => {
      const problems = await tree.export(paths, into);
      const copy = await lstat(join(into, file)).catch((error: unknown) => {
        // Another part of the tree was asked for.
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (copy?.isFile() === true) await writeFile(join(into, file), bytes);
      return problems;
    },
  };
}
