import { readdirSync, readFileSync } from 'node:fs';
import type { Backend } from './backend.ts';
import { ownUid, type Env } from './cache-folder.ts';
import { prlimitArguments } from './limits.ts';
import { findProgram } from './tools.ts';

/** Users of jobs, one a slot: above the users of systems and people, below those of containers and of `nobody`. */
const firstUid = 61_000;
const lastUid = 61_999;

/** Processes and threads of one job's user. A render has about a dozen threads; there is nothing else to start. */
const processes = 128;

/**
 * For the renderer in a container that has no network, where user namespaces are closed: root changes into the slot and
 * becomes a user whom no other slot has. What the jail's namespaces of network and processes keep apart, the container and
 * the users do: without a network of our own, and without root, this is no isolation, and is not offered.
 */
export function chrootBackend(env: Env): Backend | string {
  const [chroot, setpriv, prlimit] = ['chroot', 'setpriv', 'prlimit'].map((name) => findProgram(name, env));
  if (process.platform !== 'linux' || ownUid() !== 0) return 'only root can change the root and the user of a job';
  if (chroot === undefined) return 'chroot (coreutils) is not on PATH';
  if (setpriv === undefined) return 'setpriv (util-linux) is not on PATH';
  if (prlimit === undefined) return 'prlimit (util-linux) is not on PATH';
  const reached = networks();
  if (reached.length > 0) return `this container has a network (${reached.join(', ')})`;
  return {
    kind: 'chroot',
    inside: () => ({ work: '/w', temporary: '/tmp' }),
    uidOf(slot) {
      if (firstUid + slot > lastUid) throw new RangeError('There are no users left for another slot.');
      return firstUid + slot;
    },
    command: ({ slot, uid, program, args, limits }) => ({
      file: setpriv,
      // No capability is left once the user is another: chroot(1) changes the root first, then groups and user.
      args: [
        ...['--no-new-privs', '--', prlimit, ...prlimitArguments(limits), `--nproc=${processes}`, '--'],
        ...[chroot, `--userspec=${uid}:${uid}`, '--groups=', slot, `/bin/${program}`, ...args],
      ],
    }),
    sweep: endAllOf,
  };
}

/** Interfaces beside the loopback, as the kernel lists them after two lines of headings. */
function networks(): string[] {
  return readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? [])
    .filter((name) => name !== 'lo' && !idle.test(name));
}

/** Tunnels that the kernel makes in every namespace; without a route to a network they reach nothing. */
const idle = /^(?:tunl|gre|gretap|erspan|ip_vti|ip6_vti|sit|ip6tnl|ip6gre)0$/;

/** Kills what a user still runs, until there is nothing; nobody but one slot's jobs is that user. */
function endAllOf(uid: number): void {
  for (let round = 0; round < 100; round += 1) {
    const left = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && realUid(name) === uid);
    if (left.length === 0) return;
    for (const pid of left) attempt(() => process.kill(Number(pid), 'SIGKILL'));
  }
}

/** Undefined for one that ended, or waits only for its parent to take notice. */
function realUid(pid: string): number | undefined {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'latin1')) ?? '';
  if (/^State:\s+[ZX]/m.test(status)) return undefined;
  const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
  return uid === undefined ? undefined : Number(uid);
}

function attempt<Value>(what: () => Value): Value | undefined {
  try {
    return what();
  } catch (error) {
    // It ended meanwhile.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'ENOENT'))
      return undefined;
    throw error;
  }
}
