/** What the environment says about keeping renders. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { unobserved, type Observe, type Observer } from '../observe.ts';
import { bounded } from '../render/bounded.ts';
import { openRenderCache, type RenderCache } from '../render/cache.ts';
import { cacheFolder } from '../render/cache-folder.ts';
import { secretIn } from '../render/cache-secret.ts';
import { cached as keeping } from '../render/cached.ts';
import type { Sandbox } from '../render/sandbox.ts';
import { watched } from '../render/watched.ts';

/** The sandbox for one review. What the cache answers takes next to nothing of its bounds. */
export function renderingPlace(wiring: {
  sandbox: { sandbox: Sandbox };
  cache?: RenderCache;
  observe?: Observe;
}): Sandbox {
  const { observe } = wiring;
  const sandbox = observe === undefined ? wiring.sandbox.sandbox : watched(wiring.sandbox.sandbox, observe);
  return bounded(wiring.cache === undefined ? sandbox : keeping(sandbox, wiring.cache));
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Some ten thousand renders of usual charts, and little beside the tools and checkouts that share the folder. */
const standard = '512MB';

/**
 * The cache in the folder that `PLIMSOLL_CACHE` and its defaults name, of at most `PLIMSOLL_CACHE_MAX` (0: none, undefined is returned).
 * A server and its workers encrypt with what they derive from the App's private key, so nothing on the disk opens what lies
 * there; where there is none, with a secret of its own in the state folder.
 * Throws `usage-environment` for what is no size, `cache-unusable` for folders that are not ours.
 */
export async function renderCache(
  env: Environment,
  { cached }: Pick<Observer, 'cached'> = unobserved,
): Promise<RenderCache | undefined> {
  const most = cacheMax(env);
  if (most === 0) return undefined;
  return openRenderCache({
    folder: join(cacheFolder(env), 'renders'),
    most,
    secret: await secretOf(env),
    warn: (error) => console.error(`Renders are not kept: ${error.message}`),
    cached,
  });
}

const units = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 } as const;

/** `PLIMSOLL_CACHE_MAX` in bytes. */
export function cacheMax(env: Environment): number {
  const text = env.PLIMSOLL_CACHE_MAX || standard;
  const [, count, unit] = /^(\d{1,6})(KB|MB|GB)$/.exec(text) ?? [];
  if (text === '0') return 0;
  if (count !== undefined && (unit === 'KB' || unit === 'MB' || unit === 'GB')) return Number(count) * units[unit];
  throw new PlimsollError(
    'usage-environment',
    `PLIMSOLL_CACHE_MAX is "${text}".`,
    'Set it to a size, as 512MB or 2GB, or to 0 for no cache.',
  );
}

/** Not in the folder of the embedded database, which is a database's alone. */
async function secretOf(env: Environment): Promise<Buffer | string> {
  if (env.PRIVATE_KEY) return env.PRIVATE_KEY;
  if (env.PRIVATE_KEY_PATH) return readFile(env.PRIVATE_KEY_PATH);
  const state = env.XDG_STATE_HOME ?? join(env.HOME ?? homedir(), '.local', 'state');
  return secretIn(join(state, 'plimsoll-renders', 'secret'));
}
