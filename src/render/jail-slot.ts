import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { ownUid } from './cache-folder.ts';
import type { Binary } from './tools.ts';

/** The user a job runs as when we are root: nobody. */
export const jobUid = 65_534;

/**
 * A root for jobs: `bin/` with the one program that runs, `w/` with the exported tree, `tmp/`. Nothing else. Used again for
 * the next job, emptied in between, because making folders and copying a 60 MB program cost more than a small render.
 */
export class Slot {
  readonly folder: string;
  /** The user of its jobs where we are root. */
  readonly uid: number;
  readonly #store: string;
  readonly #name: string;
  readonly #copies: boolean;
  #placed: { path: string; program: string; seal: string } | undefined;

  /** @param copies give the slot programs of its own, instead of links to the cached ones */
  constructor(base: string, name: string, copies: boolean, uid = jobUid) {
    this.folder = join(base, name);
    this.uid = uid;
    this.#store = join(base, copies ? `${name}-programs` : 'programs');
    this.#name = name;
    this.#copies = copies;
    for (const folder of [this.folder, join(this.folder, 'bin')]) makeFolder(folder, 0o755);
    if (copies || !existsSync(this.#store)) makeFolder(this.#store, 0o700);
    this.#makeWork();
  }

  get work(): string {
    return join(this.folder, 'w');
  }

  get temporary(): string {
    return join(this.folder, 'tmp');
  }

  /**
   * Where to take the program from: its own path when a link is enough, else a copy of this slot's own. A link costs
   * nothing, but a job that runs as our own user and had broken out of the tool could write to what is linked; a service
   * therefore copies, unless it is root (jobs then run as another user): then one copy does for all slots, where none can be
   * linked to the program itself.
   */
  async stock(binary: Binary): Promise<string> {
    if (!this.#copies && canLink(binary.path, this.folder)) return binary.path;
    const copy = join(this.#store, binary.program);
    if (statSync(copy, { throwIfNoEntry: false }) === undefined) {
      const half = `${copy}.${this.#name}`;
      await copyFile(binary.path, half, constants.COPYFILE_FICLONE);
      chmodSync(half, 0o555);
      // Another slot's may be there by now: it is the same.
      if (statSync(copy, { throwIfNoEntry: false }) === undefined) linkSync(half, copy);
      await rm(half);
    }
    return copy;
  }

  /** Makes the stocked program the only one in `bin/`; returns its path. Synchronous, so no other job comes between. */
  place(stocked: string, program: string): string {
    const path = join(this.folder, 'bin', program);
    if (this.#placed?.path === stocked) {
      if (seal(path) === this.#placed.seal || !this.#copies) return path;
      throw new PlimsollError(
        'sandbox-unavailable',
        `The program ${program} of a jail changed while jobs ran.`,
        'Restart the service, and look at the pull requests rendered last: one of them may have broken out of the tool.',
      );
    }
    if (this.#placed !== undefined) rmSync(join(this.folder, 'bin', this.#placed.program), { force: true });
    try {
      linkSync(stocked, path);
    } catch (error) {
      if (!isCode(error, 'EXDEV') && !isCode(error, 'EPERM')) throw error;
      copyFileSync(stocked, path);
      chmodSync(path, 0o555);
    }
    // Only writing, linking or chmod move the change time, and no user can set it back.
    this.#placed = { path: stocked, program, seal: seal(path) };
    return path;
  }

  /** Empties `w/` and `tmp/`. At one go: a chart is some dozen files, and each step that others may come between takes longer. */
  clear(): void {
    for (const folder of [this.work, this.temporary]) rmSync(folder, { recursive: true, force: true });
    this.#makeWork();
  }

  #makeWork(): void {
    makeFolder(this.work, 0o755);
    makeFolder(this.temporary, 0o700);
    if (ownUid() === 0) chownSync(this.temporary, this.uid, this.uid);
  }
}

function makeFolder(folder: string, mode: number): void {
  mkdirSync(folder, { mode });
  chmodSync(folder, mode); // whatever the umask
}

function canLink(program: string, folder: string): boolean {
  const from = statSync(program);
  // protected_hardlinks forbids links to what we neither own nor may write.
  return from.dev === statSync(folder).dev && from.uid === ownUid();
}

function seal(path: string): string {
  const { ino, ctimeMs, size } = statSync(path);
  return `${ino}:${ctimeMs}:${size}`;
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Lets the job's user read what was exported, where our umask or a file's mode would not. Links are left alone. */
export function makeReadable(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory() && !entry.isFile()) continue;
    const { mode } = statSync(path);
    const wanted = entry.isDirectory() ? 0o555 : 0o444;
    if ((mode & wanted) !== wanted) chmodSync(path, (mode & 0o7777) | wanted);
    if (entry.isDirectory()) makeReadable(path);
  }
}
