/** What stands at a path without links on the way: a folder, a file (anything with content), a link and its target. */
export type Node = 'folder' | 'file' | { target: string };

/** Where a path leads. */
export type Resolved =
  | { kind: 'file' | 'folder'; path: string }
  /** Nothing is there, and the way to it stayed inside. */
  | { kind: 'missing' }
  /** A link on the way is absolute or climbs over the root. */
  | { kind: 'outside' }
  | { kind: 'loop' };

/** As Linux: `ELOOP` after 40 links. */
const mostHops = 40;

/**
 * Follows a path component by component, as the kernel would if the tree were the whole file system, links included.
 * @param path relative to the root, `/` between names
 */
export function resolve(path: string, nodeAt: (path: string) => Node | undefined): Resolved {
  const ahead = path.split('/').reverse();
  const at: string[] = [];
  let node: Node | undefined = 'folder';
  let hops = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at.length === 0) return { kind: 'outside' };
      at.pop();
      // Below a missing folder we go on by name alone: another export may create it, and the link must not lead out then.
      node = at.length === 0 ? 'folder' : nodeAt(at.join('/'));
      continue;
    }
    at.push(name);
    node = node === 'folder' ? nodeAt(at.join('/')) : undefined;
    if (typeof node !== 'object') continue;
    if (++hops > mostHops) return { kind: 'loop' };
    if (node.target.startsWith('/') || node.target.includes('\0')) return { kind: 'outside' };
    at.pop();
    ahead.push(...node.target.split('/').reverse());
    node = 'folder';
  }
  if (node === undefined || typeof node === 'object') return { kind: 'missing' };
  return { kind: node, path: at.join('/') };
}
