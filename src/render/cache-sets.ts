/**
 * Files by name in a folder, bounded, with the least recently used ones going first. Any number of processes may use the folder
 * at once, without locks: a file is complete from the moment it has its name, and whoever writes looks afterwards whether there is
 * room. The folder is split into sets with an equal share each, so that looking is cheap. A process that is killed while it
 * writes leaves at most one file too many, until something is written to the same set.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Sets {
  /** Undefined when there is none of that name. A name that was read counts as used. */
  read(name: string): Promise<Buffer | undefined>;
  remove(name: string): Promise<void>;
  /**
   * Writes the file, and removes others until there is room again. Larger than its set's share, it is not written.
   * @returns how many were removed
   */
  write(name: string, bytes: Buffer): Promise<number>;
}

const sets = 64;

/** File systems give whole blocks. */
const block = 4096;

/**
 * @param folder exists, and nobody else may write to it
 * @param most bytes for all files together
 */
export function openSets(folder: string, most: number): Sets {
  const share = Math.floor(most / sets);
  const setOf = (name: string): string =>
    join(folder, (Number.parseInt(name.slice(0, 2), 16) % sets).toString(16).padStart(2, '0'));
  return {
    async read(name) {
      const file = await open(join(setOf(name), name), constants.O_RDONLY | constants.O_NOFOLLOW).catch(gone);
      if (file === undefined) return undefined;
      try {
        const { size } = await file.stat();
        // Not written by us, or under another bound: to be dropped, not to be read.
        if (size > share) return Buffer.of();
        const bytes = await file.readFile();
        const now = new Date();
        await file.utimes(now, now);
        return bytes;
      } finally {
        await file.close();
      }
    },
    async remove(name) {
      await unlink(join(setOf(name), name)).catch(gone);
    },
    async write(name, bytes) {
      if (occupied(bytes.length) > share) return 0;
      const set = setOf(name);
      await mkdir(set, { mode: 0o700 }).catch(alreadyThere);
      const half = join(set, `half-${randomUUID()}`);
      await writeFile(half, bytes, { flag: 'wx', mode: 0o600 });
      // Another process may have made room by taking what is not yet whole.
      await rename(half, join(set, name)).catch(gone);
      return makeRoom(set, share);
    },
  };
}

async function makeRoom(set: string, share: number): Promise<number> {
  const files: { path: string; used: number; size: number }[] = [];
  for (const name of await readdir(set)) {
    const path = join(set, name);
    const stat = await lstat(path).catch(gone);
    if (stat !== undefined) files.push({ path, used: stat.mtimeMs, size: occupied(stat.size) });
  }
  let total = files.reduce((sum, { size }) => sum + size, 0);
  let removed = 0;
  for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
    if (total <= share) break;
    await unlink(path).catch(gone);
    total -= size;
    removed += 1;
  }
  return removed;
}

const occupied = (bytes: number): number => Math.ceil(bytes / block) * block;

/** What another process has removed meanwhile. */
function gone(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

function alreadyThere(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
  throw error;
}
