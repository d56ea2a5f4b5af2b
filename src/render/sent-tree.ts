import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from './renderer-client.ts';

/** Sends what has changed in a folder since it was last sent. */
export function treeSender(folder: string, connection: Pick<Connection, 'send'>): () => Promise<void> {
  let sent = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();

  async function changes(): Promise<void> {
    const now = new Map<string, string>();
    walk(folder, '', now);
    const before = sent;
    sent = now;
    for (const [path, seal] of before)
      if (now.get(path)?.[0] !== seal[0]) await connection.send({ type: 'remove', path });
    // Links at the end: nothing is written through one.
    for (const kind of ['d', 'f', 'l'])
      for (const [path, seal] of now) {
        if (!seal.startsWith(kind) || before.get(path) === seal) continue;
        const at = join(folder, path);
        if (kind === 'd') await connection.send({ type: 'folder', path });
        else if (kind === 'l') await connection.send({ type: 'link', path, target: readlinkSync(at) });
        else {
          const content = readFileSync(at);
          await connection.send({ type: 'file', path, bytes: content.length }, content);
        }
      }
  }

  // One after the other, so that what is sent is always whole. A run that could not be given its tree has failed; the next one tries.
  return () => (last = last.catch(() => undefined).then(changes));
}

/** What is in the folder, with what tells a change: its kind, then what writing it anew changes. Parents come first. */
function walk(root: string, below: string, into: Map<string, string>): void {
  for (const name of readdirSync(join(root, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    const stat = lstatSync(join(root, path), { bigint: true });
    if (stat.isDirectory()) {
      into.set(path, 'd');
      walk(root, path, into);
    } else if (stat.isFile() || stat.isSymbolicLink())
      into.set(path, `${stat.isFile() ? 'f' : 'l'}${stat.ino}:${stat.size}:${stat.ctimeNs}`);
  }
}
