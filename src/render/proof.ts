import { readFileSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../sha256.ts';
import { ownUid, type Env } from './cache-folder.ts';
import type { SandboxKind } from './sandbox.ts';
import { findProgram, type Binary } from './tools.ts';

/** Raised when the way jobs are started changes, so that older proofs no longer count. */
const generation = 1;

/**
 * Names everything a proof rests on: this boot of this kernel, who we are, the kernel's settings and confinement, the
 * isolating programs and the tools, by path, size and time. Keeping a proof under this name is sound because
 * none of these can change without changing the name, and because what the name cannot hold (a policy loaded meanwhile) can
 * only take rights away: the isolating programs then fail, and a job that they cannot isolate is not started.
 */
export function proofName(kind: SandboxKind, tools: readonly Binary[], env: Env): string {
  const facts = [
    generation,
    kind,
    ownUid(),
    ...[
      'kernel/random/boot_id',
      'kernel/osrelease',
      'user/max_user_namespaces',
      'kernel/unprivileged_userns_clone',
    ].map((name) => read(`/proc/sys/${name}`)),
    read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    read('/proc/self/attr/current'),
    read('/proc/self/status').match(/^(?:NoNewPrivs|Seccomp|CapBnd):.*$/gm),
    ...['unshare', 'bwrap', 'setpriv', 'prlimit'].map((name) => identity(findProgram(name, env))),
    ...tools.map((tool) => tool.identity),
  ];
  return sha256(JSON.stringify(facts));
}

/** Whether the backend was proven under this name. */
export function isProven(cache: string, name: string): boolean {
  return statSync(join(cache, `proof-${name}`), { throwIfNoEntry: false })?.isFile() === true;
}

/** Keeps a proof; those of other boots or versions are dropped once there are many. */
export function keepProof(cache: string, name: string): void {
  const others = readdirSync(cache).filter((file) => file.startsWith('proof-'));
  if (others.length >= 20) for (const file of others) unlinkSync(join(cache, file));
  const half = join(cache, `half-proof-${process.pid}`);
  writeFileSync(half, '', { mode: 0o600 });
  renameSync(half, join(cache, `proof-${name}`));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // Absent settings are facts too.
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

function identity(path: string | undefined): string {
  if (path === undefined) return 'absent';
  const { size, mtimeMs, ino, mode, uid } = statSync(path);
  return [path, size, mtimeMs, ino, mode, uid].join(':');
}
