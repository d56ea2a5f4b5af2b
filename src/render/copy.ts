import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from './sandbox.ts';

/** The folder of a workspace that holds the copy of the tree; what we write ourselves lies beside it, never in it. */
const copy = 'tree';

/** Makes the folder for the copy: `into` on this machine, `inside` as the tool sees it. */
export function openCopy(workspace: Workspace): { into: string; inside: string } {
  const into = join(workspace.folder, copy);
  mkdirSync(into, { recursive: true });
  // The tool runs as another user, whatever our umask.
  chmodSync(into, 0o755);
  return { into, inside: `${workspace.inside}/${copy}` };
}

/**
 * Makes a folder beside the copy, where nothing of the repository lies. The first name that is free, so that a render of the same things
 * gets the same arguments.
 */
export function openFolder(workspace: Workspace, prefix: string): string {
  for (let count = 0; ; count += 1) {
    const folder = join(workspace.folder, `${prefix}${count}`);
    if (!isMade(folder)) continue;
    chmodSync(folder, 0o755);
    return folder;
  }
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
