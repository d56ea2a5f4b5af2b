/** What decides a run's output beside the files and the arguments, as one text. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { RenderLimits } from './limits.ts';
import type { SandboxKind } from './sandbox.ts';
import type { Binary } from './tools.ts';

/** By identity: a program is looked at once. */
const heads = new Map<string, string>();

/** The same for two runs only when the same program would be started in the same way. */
export function runIdentity(
  kind: SandboxKind,
  binary: Binary,
  environment: Readonly<Record<string, string>>,
  limits: RenderLimits,
): string {
  let head = heads.get(binary.identity);
  if (head === undefined) heads.set(binary.identity, (head = headOf(binary.path)));
  return JSON.stringify([kind, binary.identity, head, binary.prefix, environment, limits]);
}

/**
 * The first 4 KiB, where Go's linker writes the build id, a digest of the whole program: images are built with fixed times, so
 * two releases may have size and time in common.
 */
function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(4096);
    return head.toString('base64', 0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}
