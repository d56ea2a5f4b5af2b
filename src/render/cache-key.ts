/** The key of a run: a digest of all that its output can depend on. */
import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Tool } from './sandbox.ts';

/** One run of a tool, as its key sees it. */
export interface Run {
  tool: Tool;
  /** See `Workspace.identity`. */
  identity: string;
  args: readonly string[];
  /** The workspace's folder on this machine. What lies in it counts, by path and content; its own name does not. */
  folder: string;
}

/** Bytes after which others get a turn: reading goes on beside whatever else a server does. */
const turn = 4 * 2 ** 20;

/** What an entry of a folder costs at least, in the same bytes. */
const entryBytes = 2 ** 14;

/**
 * SHA-256 over the run, 32 bytes. The files are read from disk, as the tool will find them, and not taken from what is known of the
 * tree: trials change them. Undefined for a folder that holds anything but folders, files and links that can be read.
 */
export async function keyOf({ tool, identity, args, folder }: Run): Promise<Buffer | undefined> {
  const hash = createHash('sha256').update(JSON.stringify([tool, identity, args]));
  let budget = turn;
  const open = [''];
  try {
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const entries = readdirSync(join(folder, path), { withFileTypes: true });
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        const below = join(path, entry.name);
        if (entry.isDirectory()) {
          add(hash, 'folder', below, '');
          open.push(below);
        } else if (entry.isFile()) {
          const content = readFileSync(join(folder, below));
          add(hash, 'file', below, content);
          budget -= content.length;
        } else if (entry.isSymbolicLink()) add(hash, 'link', below, readlinkSync(join(folder, below), 'buffer'));
        else return undefined;
        budget -= entryBytes;
        if (budget > 0) continue;
        await setImmediate();
        budget = turn;
      }
    }
  } catch (error) {
    // A name that is no UTF-8 is not found by what it was read as. What cannot be read cannot be compared.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
  return hash.digest();
}

/** With the length before the content, no two folders are written the same way. */
function add(hash: Hash, type: 'folder' | 'file' | 'link', path: string, content: Buffer | ''): void {
  hash.update(`\n${JSON.stringify([type, path, content.length])}\n`).update(content);
}
