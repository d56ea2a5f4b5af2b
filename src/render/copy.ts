import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from './sandbox.ts';

/** The folder of a workspace that holds the copy of the tree; what we write ourselves lies beside it, never in it. */
const copy = 'tree';

/** Makes the folder for the copy: `into` on this machine, `inside` as the tool sees it. */
export async function openCopy(workspace: Workspace): Promise<{ into: string; inside: string }> {
  const into = join(workspace.folder, copy);
  await mkdir(into, { recursive: true });
  // The tool runs as another user, whatever our umask.
  await chmod(into, 0o755);
  return { into, inside: `${workspace.inside}/${copy}` };
}

/**
 * Makes a folder beside the copy, where nothing of the repository lies. The first name that is free, so that a render of the same things
 * gets the same arguments.
 */
export async function openFolder(workspace: Workspace, prefix: string): Promise<string> {
  for (let count = 0; ; count += 1) {
    const folder = join(workspace.folder, `${prefix}${count}`);
    if (!(await isMade(folder))) continue;
    await chmod(folder, 0o755);
    return folder;
  }
}

async function isMade(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
