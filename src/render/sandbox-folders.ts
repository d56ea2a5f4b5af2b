import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ownUid } from './cache-folder.ts';

const prefix = 'jails-';

/**
 * A new folder for the jails of this process. Its name tells whose it is, so that the jails of a process that was killed are
 * known as stale; it goes away when the process ends in order.
 */
export function jailBase(cache: string): string {
  removeStale(cache);
  const folder = mkdtempSync(join(cache, `${prefix}${process.pid}-${startOf(process.pid) ?? 0}-`));
  // Root's jobs run as another user and must be able to walk in, but need not list.
  chmodSync(folder, ownUid() === 0 ? 0o711 : 0o700);
  if (bases.size === 0) process.once('exit', removeBases);
  bases.add(folder);
  return folder;
}

/** The folders that this process made. */
const bases = new Set<string>();

function removeBases(): void {
  for (const folder of bases) rmSync(folder, { recursive: true, force: true });
}

/** Removes the jails of processes that are no more. */
export function removeStale(cache: string): void {
  for (const name of readdirSync(cache)) {
    const [, pid, start] = /^jails-(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || String(startOf(Number(pid)) ?? 'gone') === start) continue;
    if (statSync(join(cache, name), { throwIfNoEntry: false })?.uid === ownUid())
      rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** When a process began, in clock ticks since boot; undefined when there is none. A number is used again, this is not. */
function startOf(pid: number): number | undefined {
  try {
    // Field 22 of proc(5); the second field, the program's name, may contain blanks and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return process.platform === 'linux' || pid !== process.pid ? undefined : 0;
    throw error;
  }
}
