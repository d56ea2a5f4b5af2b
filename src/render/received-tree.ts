import { lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Request } from './messages.ts';

/** What one workspace may be sent, over all its runs: several times what a commit may bring (`limits` of the settings). */
const largest = { entries: 200_000, bytes: 2 ** 30 };

/** Writes what the App sends below a folder. Nothing is written through a link, nor outside. */
export function receivedTree(root: string): (entry: Request, content: Buffer) => void {
  let entries = 0;
  let total = 0;

  /** The path on this machine; its folders are made, and are folders. */
  function placeOf(path: string): string {
    const steps = path.split('/');
    if (steps.some((step) => step === '' || step === '.' || step === '..' || step.includes('\0')))
      throw new RangeError('A path leaves the workspace.');
    let at = root;
    for (const step of steps.slice(0, -1)) {
      at = join(at, step);
      const there = lstatSync(at, { throwIfNoEntry: false });
      if (there === undefined) mkdirSync(at, { mode: 0o755 });
      else if (!there.isDirectory()) throw new RangeError('A path leads through what is no folder.');
    }
    return join(at, steps.at(-1) ?? '');
  }

  return (entry, content) => {
    if (!('path' in entry)) return;
    entries += 1;
    total += content.length;
    if (entries > largest.entries || total > largest.bytes) throw new RangeError('A workspace was sent too much.');
    const at = placeOf(entry.path);
    const there = lstatSync(at, { throwIfNoEntry: false });
    const stays = entry.type === 'folder' && there?.isDirectory() === true;
    if (there !== undefined && !stays) rmSync(at, { recursive: true });
    if (entry.type === 'file') writeFileSync(at, content, { flag: 'wx', mode: 0o644 });
    else if (entry.type === 'link') symlinkSync(entry.target, at);
    else if (entry.type === 'folder' && !stays) mkdirSync(at, { mode: 0o755 });
  };
}
