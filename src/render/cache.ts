/**
 * Results of renders, kept by content. A render is a pure function of the files it is given, its arguments, the program, and its limits;
 * the key is a digest of all of these, so what one repository renders can only ever answer for the very same content, and no
 * content can choose another's key.
 *
 * What charts render holds Secrets. Results lie on disk encrypted and authenticated under a secret that does not lie beside them: a file that
 * was damaged, cut, exchanged or written by somebody else does not open, and is dropped. Neither contents nor names tell anything
 * to whoever reads the folder without the secret.
 */
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { PlimsollError } from '../errors.ts';
import type { CacheEvent } from '../observe.ts';
import { ownUid } from './cache-folder.ts';
import { sealOf } from './cache-seal.ts';
import { openSets } from './cache-sets.ts';

export interface RenderCache {
  get(key: Buffer): Promise<{ stdout: string; stderr: string } | undefined>;
  /** Keeps a result, in the background: who rendered does not wait for the disk. */
  put(key: Buffer, result: { stdout: string; stderr: string }): void;
  /** See `Sandbox.nonce`. */
  nonce(seed: string): string;
  /** Resolves when everything that was put is on disk, or was given up. */
  settled(): Promise<void>;
}

export interface RenderCacheOptions {
  /** Made where it is missing; shared by any number of processes that have the same secret. */
  folder: string;
  /** Bytes on disk that are never exceeded for longer than a write takes. */
  most: number;
  secret: Buffer | string;
  cached?: (event: CacheEvent, count?: number) => void;
  /** Told once for each kind of failure: a full or broken disk makes renders slower, and nothing else. */
  warn?: (error: Error) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** A chart may ask for the time (`now`), which no key knows: a result stands for a day. */
const oldest = 24 * 3_600_000;

/** Throws `cache-unusable` for a folder that is not ours alone. */
export function openRenderCache(options: RenderCacheOptions): RenderCache {
  const { folder, most, cached = () => undefined, warn = () => undefined, now = Date.now } = options;
  claim(folder);
  const seal = sealOf(options.secret);
  const sets = openSets(folder, most);
  const writing = new Set<Promise<void>>();
  const told = new Set<string>();

  /** The error of a disk; anything else is a bug. */
  function fromDisk(error: unknown): string {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const code = String(error.code);
    if (!told.has(code)) warn(error);
    told.add(code);
    return code;
  }

  async function read(name: string): Promise<Buffer | 'unreadable' | undefined> {
    try {
      return await sets.read(name);
    } catch (error) {
      fromDisk(error);
      return 'unreadable';
    }
  }

  async function drop(name: string): Promise<void> {
    try {
      await sets.remove(name);
    } catch (error) {
      fromDisk(error);
    }
  }

  async function write(key: Buffer, result: { stdout: string; stderr: string }): Promise<void> {
    const bytes = await seal.close(key, { ...result, at: now() });
    try {
      const removed = await sets.write(seal.name(key), bytes);
      if (removed > 0) cached('eviction', removed);
    } catch (error) {
      fromDisk(error);
    }
  }

  return {
    nonce: (seed) => seal.nonce(seed),
    async get(key) {
      const name = seal.name(key);
      const bytes = await read(name);
      const kept = typeof bytes === 'object' ? await seal.open(key, bytes) : undefined;
      const age = kept === undefined ? NaN : now() - kept.at;
      if (kept !== undefined && age >= 0 && age <= oldest) {
        cached('hit');
        return { stdout: kept.stdout, stderr: kept.stderr };
      }
      if (bytes !== undefined) {
        await drop(name);
        if (kept === undefined) cached('corrupt');
      }
      cached('miss');
      return undefined;
    },
    put(key, result) {
      const job = write(key, result).finally(() => writing.delete(job));
      writing.add(job);
    },
    async settled() {
      await Promise.all(writing);
    },
  };
}

function claim(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== ownUid())
    throw new PlimsollError(
      'cache-unusable',
      `Renders cannot be kept in ${folder}: it is ${found.isDirectory() ? 'another user’s' : 'no folder'}.`,
      'Remove it, name another PLIMSOLL_CACHE, or keep no renders (PLIMSOLL_CACHE_MAX=0).',
    );
  if ((found.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
}
