import type { Backend } from './backend.ts';
import type { Env } from './cache-folder.ts';
import { guardsOf } from './jail.ts';
import { findProgram } from './tools.ts';

/**
 * Bubblewrap, where unprivileged user namespaces are closed but bwrap may make them. The same root as the jail's, mounted
 * read-only except /tmp, which is a memory file system with a cap of its own.
 */
export function bwrapBackend(env: Env): Backend | string {
  const bwrap = findProgram('bwrap', env);
  const guards = guardsOf(env);
  if (process.platform !== 'linux') return 'namespaces exist on Linux only';
  if (bwrap === undefined) return 'bwrap (bubblewrap) is not on PATH';
  if (typeof guards === 'string') return guards;
  return {
    kind: 'bwrap',
    inside: () => ({ work: '/w', temporary: '/tmp' }),
    command: ({ slot, program, args, limits }) =>
      guards(limits, [
        bwrap,
        ...['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
        ...['--cap-drop', 'ALL'],
        ...['--ro-bind', `${slot}/bin`, '/bin', '--ro-bind', `${slot}/w`, '/w'],
        ...['--size', String(64 * 2 ** 20), '--tmpfs', '/tmp', '--chdir', '/w', '--'],
        `/bin/${program}`,
        ...args,
      ]),
  };
}
