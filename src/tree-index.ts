import type { TreeEntry, TreeIndex } from './model.ts';
import { findPath, firstAtOrAfter } from './sorted.ts';
import { trimEnd } from './trim.ts';

/** An index over entries that are there already, sorted by path. */
export function indexOf(entries: readonly TreeEntry[]): TreeIndex {
  let special: readonly TreeEntry[] | undefined;
  return {
    find: (path) => findPath(entries, path),
    next: (path) => entries[firstAtOrAfter(entries, path)]?.path,
    below: (path) => below(entries, path),
    named: (name) => {
      const end = `/${name}`;
      return entries.flatMap(({ path }) => (path.endsWith(end) || path === name ? [path] : []));
    },
    alwaysBeside: (name, file) => {
      let last: string | undefined;
      for (const { path } of entries) {
        const folder = folderNamed(path, name);
        if (folder === undefined) continue;
        if (path.endsWith(`/${file}`)) return false;
        if (folder === last) continue;
        if (findPath(entries, folder.slice(0, folder.length - name.length) + file) === undefined) return false;
        last = folder;
      }
      return true;
    },
    special: () => (special ??= entries.filter(({ type }) => type !== 'file')),
  };
}

/** The outermost folder of this name that a path lies in. */
export function folderNamed(path: string, name: string): string | undefined {
  if (path.startsWith(`${name}/`)) return name;
  const at = path.indexOf(`/${name}/`);
  return at === -1 ? undefined : path.slice(0, at + 1 + name.length);
}

/** Whether something lies below the path. The root is none here. */
export function isFolder(index: Pick<TreeIndex, 'next'>, path: string): boolean {
  return path !== '' && index.next(`${path}/`)?.startsWith(`${path}/`) === true;
}

/** Everything at or below a path; `.` or the empty string for all. */
export function below<Item extends { path: string }>(sorted: readonly Item[], path: string): readonly Item[] {
  const root = rootOf(path);
  if (root === '') return sorted;
  const self = sorted[firstAtOrAfter(sorted, root)];
  const inside = sorted.slice(firstAtOrAfter(sorted, `${root}/`), firstAtOrAfter(sorted, `${root}0`)); // '0' follows '/'
  return self?.path === root ? [self, ...inside] : inside;
}

/** The folder a path means, empty for the root of all. */
export function rootOf(path: string): string {
  const root = trimEnd(path, '/').replace(/^(\.\/)+/, '');
  return root === '.' ? '' : root;
}
