import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
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

/** Makes a folder beside the copy, of a name that nothing in the repository can have taken. */
export async function openFolder(workspace: Workspace, prefix: string): Promise<string> {
  const folder = await mkdtemp(join(workspace.folder, prefix));
  await chmod(folder, 0o755);
  return folder;
}
