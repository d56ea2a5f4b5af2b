import { ownUid } from './cache-folder.ts';
import type { Backend } from './backend.ts';
import { jobUid } from './jail-slot.ts';
import { prlimitArguments } from './limits.ts';
import type { RenderLimits } from './limits.ts';
import { findProgram } from './tools.ts';
import type { Env } from './cache-folder.ts';

/**
 * The default: util-linux alone (2.36 or later). New user, mount, network, PID, IPC, UTS and cgroup namespaces, and a
 * root that holds the exported tree and one static program.
 *
 * The user inside is not root: as root (`unshare -r`) the job would hold every capability of its namespace, and code
 * running in it could leave by chroot(2). With another user, exec drops them all.
 */
export function jailBackend(env: Env): Backend | string {
  const unshare = findProgram('unshare', env);
  const guards = guardsOf(env);
  if (process.platform !== 'linux') return 'namespaces exist on Linux only';
  if (unshare === undefined) return 'unshare (util-linux) is not on PATH';
  if (typeof guards === 'string') return guards;
  return {
    kind: 'jail',
    inside: () => ({ work: '/w', temporary: '/tmp' }),
    command: ({ slot, program, args, limits }) =>
      guards(limits, [
        unshare,
        '-Unmpiuf',
        '-C',
        // Nothing is mounted, not even anew as private: container runtimes forbid mount(2) first.
        '--propagation=unchanged',
        `--map-user=${jobUid}`,
        `--map-group=${jobUid}`,
        '--kill-child',
        `--root=${slot}`,
        '--wd=/w',
        '--',
        `/bin/${program}`,
        ...args,
      ]),
  };
}

export type Guards = (limits: RenderLimits, command: readonly string[]) => { file: string; args: string[] };

/**
 * What stands before every isolating program: root's rights are given up, none can be gained, the job dies with us even
 * when we are killed, and its resources are limited. A sentence when the programs for that are missing.
 */
export function guardsOf(env: Env): Guards | string {
  const setpriv = findProgram('setpriv', env);
  const prlimit = findProgram('prlimit', env);
  if (setpriv === undefined) return 'setpriv (util-linux) is not on PATH';
  if (prlimit === undefined) return 'prlimit (util-linux) is not on PATH';
  const drop = ownUid() === 0 ? [`--reuid=${jobUid}`, `--regid=${jobUid}`, '--clear-groups'] : [];
  return (limits, command) => ({
    file: setpriv,
    args: [
      ...drop,
      '--no-new-privs',
      '--pdeathsig',
      'KILL',
      '--',
      prlimit,
      ...prlimitArguments(limits),
      '--',
      ...command,
    ],
  });
}
