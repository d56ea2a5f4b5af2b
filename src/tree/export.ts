import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Problem, TreeEntry } from '../model.ts';
import type { ExportLimits } from '../settings.ts';
import type { Resolved } from './links.ts';
import { lfsPointer, linkFault, megabytes, over, submodule, tooLarge, unreadable } from './refusals.ts';

interface Selection {
  chosen: ReadonlyMap<string, TreeEntry>;
  resolve(path: string): Resolved;
  /** Targets of links, by the link's path. */
  targets: ReadonlyMap<string, string>;
}

interface Supply {
  limits: ExportLimits;
  sizes(entries: readonly TreeEntry[]): Promise<Map<string, number>>;
  contents(entries: readonly TreeEntry[]): Promise<Map<string, Buffer>>;
}

/**
 * Writes the chosen entries under `into`. Over the caps on entries and total nothing is written: a unit is refused, not
 * cut. Names and links have been judged before; this only guards against what an earlier export left in `into`.
 */
export async function writeFiles(selection: Selection, into: string, supply: Supply): Promise<Problem[]> {
  const { limits } = supply;
  const all = [...selection.chosen.values()];
  if (all.length > limits.entries)
    return [
      over('too-many-files', `${all.length} files are more than the ${limits.entries} that are rendered at once.`),
    ];

  const problems: Problem[] = [];
  const files: TreeEntry[] = [];
  const links: { path: string; target: string }[] = [];
  for (const entry of all) {
    if (entry.type === 'file') files.push(entry);
    else if (entry.type === 'submodule') problems.push(submodule(entry.path));
    else {
      const target = selection.targets.get(entry.path);
      const fault = linkFault(entry.path, target, selection.resolve(entry.path));
      if (fault !== undefined) problems.push(fault);
      else if (target !== undefined) links.push({ path: entry.path, target });
    }
  }

  const sizes = await supply.sizes(files);
  let total = 0;
  const fitting = files.filter((file) => {
    const size = sizes.get(file.path);
    if (size === undefined) problems.push(unreadable(file.path));
    else if (size > limits.fileBytes) problems.push(tooLarge(file.path, size, limits).toProblem());
    else {
      total += size;
      return true;
    }
    return false;
  });
  if (total > limits.totalBytes)
    return [
      over(
        'files-too-large',
        `${megabytes(total)} of files are more than the ${megabytes(limits.totalBytes)} rendered at once.`,
      ),
    ];

  const contents = await supply.contents(fitting);
  const folder = folderMaker(into);
  let written = 0;
  for (const { path } of fitting) {
    const content = contents.get(path);
    if (content === undefined) problems.push(unreadable(path));
    else if (isLfsPointer(content)) problems.push(lfsPointer(path));
    else {
      folder.writeFile(path, content);
      // Lets a server answer between batches of writes.
      if (++written % 200 === 0) await new Promise((done) => setImmediate(done));
    }
  }
  // After the files: nothing is ever written through a link.
  for (const { path, target } of links) folder.link(path, target);
  return problems;
}

function folderMaker(root: string): {
  writeFile(path: string, content: Buffer): void;
  link(path: string, to: string): void;
} {
  mkdirSync(root, { recursive: true });
  let masked: boolean | undefined;
  const ready = new Set(['.']);
  /** Folders that were made here: what an earlier export left is not in them. */
  const made = new Set<string>();
  const make = (path: string): void => {
    if (ready.has(path)) return;
    const parent = dirname(path);
    make(parent);
    const at = join(root, path);
    const there = made.has(parent) ? undefined : lstatSync(at, { throwIfNoEntry: false });
    if (there !== undefined && !there.isDirectory()) rmSync(at);
    if (there?.isDirectory() !== true) {
      mkdirSync(at, 0o755);
      made.add(path);
    }
    // The tool runs as another user, whatever our umask.
    if ((statSync(at).mode & 0o777) !== 0o755) chmodSync(at, 0o755);
    ready.add(path);
  };
  const clear = (path: string): string => {
    const parent = dirname(path);
    make(parent);
    const at = join(root, path);
    if (!made.has(parent) && lstatSync(at, { throwIfNoEntry: false }) !== undefined) rmSync(at, { recursive: true });
    return at;
  };
  return {
    writeFile: (path, content) => {
      const at = clear(path);
      writeFileSync(at, content, { flag: 'wx', mode: 0o644 });
      if ((masked ??= (statSync(at).mode & 0o777) !== 0o644)) chmodSync(at, 0o644);
    },
    link: (path, to) => symlinkSync(to, clear(path)),
  };
}

/** A file that git LFS keeps elsewhere: its pointer has fewer than 1,024 bytes and begins with its version. */
function isLfsPointer(content: Buffer): boolean {
  return content.length < 1024 && content.subarray(0, 64).toString('latin1').startsWith(lfsVersion);
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
const lfsVersion = 'version https://git-lfs.github.com/spec/v1';
