import { randomBytes, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { ownUid } from './cache-folder.ts';

const bytes = 32;

/**
 * The secret in a file that is ours alone, made where there is none that can be trusted. Processes that come at the same time get the
 * same one. Throws `cache-unusable` where it cannot be kept.
 */
export async function secretIn(file: string): Promise<Buffer> {
  try {
    for (;;) {
      const secret = await secretOf(file);
      if (secret !== undefined) return secret;
      await make(file);
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new PlimsollError(
      'cache-unusable',
      `The secret that kept renders are encrypted with cannot be kept in ${file}: ${cause.message}`,
      'Make the folder writable, name another by XDG_STATE_HOME, or keep no renders (PLIMSOLL_CACHE_MAX=0).',
      { cause },
    );
  }
}

/** Undefined when there is none; one that others could have read, or that is not whole, is removed. */
async function secretOf(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { mode, uid, size } = await handle.stat();
    if (uid === ownUid() && (mode & 0o077) === 0 && size === bytes) return await handle.readFile();
  } finally {
    await handle.close();
  }
  await rm(file);
  return undefined;
}

/** The name is given to what is whole already, and only if nobody else was faster. */
async function make(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const half = `${file}.${randomUUID()}`;
  await writeFile(half, randomBytes(bytes), { flag: 'wx', mode: 0o600 });
  try {
    await link(half, file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  } finally {
    await rm(half);
  }
}
