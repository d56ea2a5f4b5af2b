import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../model.ts';

/** Rendered text by what it was rendered from. Several processes may share a folder. */
export interface RenderCache {
  /** The text kept under the key; undefined when there is none, or what is there is damaged. */
  get(key: string): Promise<string | undefined>;
  /** Keeps a text. Texts that hold Secret objects with data are not kept; nothing fails when the disk is full. */
  set(key: string, text: string): Promise<void>;
}

/**
 * A key over everything a render depends on: the digest of its files, its values, release, versions, options and the tool's own
 * identity. 64 hex digits.
 */
export function renderKey(inputs: Json): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
}

/** An entry is the SHA-256 of the text in hex, a line break, and the text. */
const header = 65;

/**
 * A store on local disk. Entries are written beside and renamed, so a reader sees a whole one or none; a damaged one is removed
 * when it is read. Over `maxBytes` the entries unused for longest go first, in one sweep to nine tenths.
 */
export function renderCache(folder: string, maxBytes: number): RenderCache {
  let size: number | undefined;
  let written = 0;

  async function sweep(): Promise<void> {
    const entries = await entriesIn(folder);
    let total = entries.reduce((sum, entry) => sum + entry.size, 0);
    if (total > maxBytes)
      for (const entry of entries.sort((a, b) => a.used - b.used)) {
        if (total <= maxBytes * 0.9) break;
        await rm(entry.path, { force: true });
        total -= entry.size;
      }
    size = total;
  }

  return {
    async get(key) {
      const path = pathOf(folder, key);
      const entry = await unlessFailed(readFile(path, 'utf8'));
      if (entry === undefined) return undefined;
      const text = entry.slice(header);
      if (entry.slice(0, header) !== `${sum(text)}\n`) {
        await rm(path, { force: true });
        return undefined;
      }
      const now = new Date();
      await unlessFailed(utimes(path, now, now));
      return text;
    },
    async set(key, text) {
      if (holdsSecrets(text)) return;
      const bytes = Buffer.byteLength(text) + header;
      if (bytes > maxBytes) return;
      const path = pathOf(folder, key);
      const half = `${path}.${process.pid}.${(written += 1)}.half`;
      await unlessFailed(
        (async () => {
          await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
          await writeFile(half, `${sum(text)}\n${text}`, { mode: 0o600, flag: 'wx' });
          await rename(half, path);
        })(),
      );
      await unlessFailed(rm(half, { force: true }));
      // Other processes write too, so what is known of the size is only a reason to look.
      size = size === undefined ? undefined : size + bytes;
      if (size === undefined || size > maxBytes) await sweep();
    },
  };
}

/**
 * Whether a rendered text may hold values of Secrets. Told from the text, without parsing it, and rather too often: a wrong yes
 * costs one render, a wrong no would leave a secret on disk.
 */
export function holdsSecrets(text: string): boolean {
  // The kind's value may also be hidden behind a tag, an anchor, a block scalar, an escape or a line break.
  return (
    /\bkind["']?\s*:[^\n]*Secret/.test(text) ||
    /\bkind["']?\s*:\s*(?:[&*!|>]|\n|"[^"\n]*\\)/.test(text) ||
    hiddenKey.test(text)
  );
}

/** A key written with escapes, which could spell `kind`. */
const hiddenKey = /^\s*(?:[-?]\s+)*"[^"\n]*\\[xuU][^"\n]*"\s*:/m;

function pathOf(folder: string, key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new Error('a cache key is 64 hex digits');
  return join(folder, key.slice(0, 2), key);
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The result, or undefined when the disk refuses: a cache that does not work costs time and nothing else. */
async function unlessFailed<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

async function entriesIn(folder: string): Promise<{ path: string; size: number; used: number }[]> {
  const names = (await unlessFailed(readdir(folder, { recursive: true }))) ?? [];
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const about = await unlessFailed(stat(path));
      return about?.isFile() === true ? [{ path, size: about.size, used: about.mtimeMs }] : [];
    }),
  );
  return found.flat();
}
