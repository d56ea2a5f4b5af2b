import { mkdirSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** The uid of this process; 0 where there is none (Windows has no jail either). */
export const ownUid = (): number => process.getuid?.() ?? 0;

/**
 * The folder for what is kept between runs: unpacked tools, proofs, jails. Ours alone to write: a folder that
 * somebody else owns or may write to could hold another binary than the one we mean, so it is passed over. When we are root,
 * jobs run as another user and must be able to walk down to their jail.
 */
export function cacheFolder(env: Env): string {
  const root = ownUid() === 0;
  const candidates = [
    env.PLIMSOLL_CACHE,
    env.XDG_CACHE_HOME && join(env.XDG_CACHE_HOME, 'plimsoll'),
    root ? '/var/cache/plimsoll' : join(env.HOME ?? homedir(), '.cache', 'plimsoll'),
    join(tmpdir(), `plimsoll-${ownUid()}`),
  ];
  const reasons: string[] = [];
  for (const folder of candidates) {
    if (!folder) continue;
    const reason = unusable(folder, root);
    if (reason === undefined) return folder;
    reasons.push(`${folder}: ${reason}`);
  }
  throw new PlimsollError(
    'cache-unusable',
    `No usable cache folder (${reasons.join('; ')}).`,
    'Set PLIMSOLL_CACHE to a folder that this user owns and nobody else may write to.',
  );
}

function unusable(folder: string, walkable: boolean): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: walkable ? 0o755 : 0o700 });
    const own = statSync(folder);
    if (own.uid !== ownUid()) return 'owned by another user';
    if ((own.mode & 0o022) !== 0) return 'others may write to it';
    for (let at = folder; walkable; at = dirname(at)) {
      if ((statSync(at).mode & 0o001) === 0) return `${at} cannot be entered by the user that renders`;
      if (at === dirname(at)) break;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
