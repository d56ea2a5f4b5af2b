import { steadyNow } from '../clock.ts';
import { PlimsollError } from '../errors.ts';
import { keyOf } from './cache-key.ts';
import type { RenderCache } from './cache.ts';
import type { RunOptions, Sandbox, Tool, Workspace } from './sandbox.ts';

/**
 * The sandbox for one review, answering from the cache what was rendered before. Only what went well is kept: a failure may be
 * the machine's, and its words are not ours to keep.
 *
 * What is asked a second time is run: within a review that is how random values are told from changes. Nothing that a backend
 * cannot name all causes of is kept, so without isolation nothing is. A sandbox is never proved through this.
 */
export function cached(sandbox: Sandbox, cache: RenderCache): Sandbox {
  const asked = new Set<string>();
  return {
    ...sandbox,
    nonce: (seed) => cache.nonce(seed),
    open: async () => {
      const workspace = await sandbox.open();
      const { identity } = workspace;
      return identity === undefined ? workspace : keeping({ ...workspace, identity }, cache, asked);
    },
  };
}

function keeping(workspace: Required<Workspace>, cache: RenderCache, asked: Set<string>): Workspace {
  const { identity, folder } = workspace;
  let running = 0;
  let runs = 0;

  /** The key to answer and keep under; undefined where neither may be done. */
  async function firstKey(tool: Tool, args: readonly string[], options?: RunOptions): Promise<Buffer | undefined> {
    const named = await nameOf(tool, options);
    const key = named === undefined ? undefined : await keyOf({ tool, identity: named, args, folder });
    const name = key?.toString('hex');
    if (name === undefined || asked.has(name)) return undefined;
    asked.add(name);
    return key;
  }

  /** Undefined where the tool is missing, or the sandbox gone: the run itself says so best. */
  async function nameOf(tool: Tool, options?: RunOptions): Promise<string | undefined> {
    try {
      return await identity(tool, options);
    } catch (error) {
      if (error instanceof PlimsollError) return undefined;
      throw error;
    }
  }

  return {
    ...workspace,
    async run(tool, args, options) {
      const started = steadyNow();
      const own = (runs += 1);
      const others = running;
      running += 1;
      try {
        const key = await firstKey(tool, args, options);
        options?.signal?.throwIfAborted();
        const kept = key === undefined ? undefined : await cache.get(key);
        if (kept !== undefined) {
          options?.onStart?.();
          return { exitCode: 0, ...kept, milliseconds: steadyNow() - started };
        }
        const result = await workspace.run(tool, args, options);
        // Another run's preparations could have changed the files between the key and the end.
        const wasAlone = others === 0 && runs === own;
        if (key !== undefined && wasAlone && result.exitCode === 0) cache.put(key, result);
        return result;
      } finally {
        running -= 1;
      }
    },
  };
}
