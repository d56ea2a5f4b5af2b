import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';

/**
 * Takes the folder for this process: the embedded database writes its files as if it were alone. Gives the function that
 * hands it back. Throws `store-locked`, naming the process, when one that still runs has it; what a killed process left is taken over.
 */
export function lockFolder(folder: string): () => void {
  const lock = join(folder, 'lock');
  // Written whole beside its place and linked: a lock is never seen half-written, and linking fails when there is one.
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, `${process.pid} ${startOf(process.pid) ?? ''}\n`);
  try {
    for (let tries = 0; tries < 3; tries += 1) {
      if (linked(mine, lock)) return () => rmSync(lock, { force: true });
      const holder = holderOf(lock);
      if (holder !== undefined)
        throw new PlimsollError(
          'store-locked',
          `The data folder ${folder} is in use by process ${holder}.`,
          'Stop that process first, or give every process the same PostgreSQL by DATABASE_URL: the embedded database serves one.',
        );
      rmSync(lock, { force: true });
    }
    throw new PlimsollError('store-locked', `The data folder ${folder} is taken by turns.`, 'Start one process alone.');
  } finally {
    rmSync(mine, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The running process that holds the lock; undefined when it is gone, or its number is another process' by now. */
function holderOf(lock: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(lock, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const [pid = '', start = ''] = text.trim().split(' ');
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0 || !isAlive(number)) return undefined;
  return start === '' || (startOf(number) ?? start) === start ? number : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it runs.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When the process started, in clock ticks since boot (field 22 of proc(5)'s stat); undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
