import { join } from 'node:path';
import type { Backend } from './backend.ts';
import type { Env } from './cache-folder.ts';
import { guardsOf } from './jail.ts';

/**
 * No isolation: for files of one's own. The environment, the limits, the time and output caps and root's change of user stay
 * as far as the machine has the programs for them.
 */
export function plainBackend(env: Env): Backend {
  const guards = guardsOf(env);
  return {
    kind: 'none',
    inside: (slot) => ({ work: join(slot, 'w'), temporary: join(slot, 'tmp') }),
    command: ({ slot, program, args, limits }) => {
      const path = join(slot, 'bin', program);
      return typeof guards === 'string' ? { file: path, args: [...args] } : guards(limits, [path, ...args]);
    },
  };
}
