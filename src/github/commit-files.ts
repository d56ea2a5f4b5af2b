import { PlimsollError } from '../errors.ts';
import type { Octokit } from './app.ts';

interface Place {
  owner: string;
  repo: string;
}

interface NewCommit {
  parent: string;
  message: string;
  /** New contents of files that the parent has, by path. */
  files: ReadonlyMap<string, string>;
}

/**
 * Makes a commit on top of another, without a branch; its id. Modes stay as they are. GitHub signs it as the App's, since no author
 * is named. Nothing points at it yet, so one that is left behind by a crash does no harm.
 * Throws `fix-not-a-file` for a path that is a link or no file at all.
 */
export async function commitFiles(
  octokit: Octokit,
  { owner, repo }: Place,
  { parent, message, files }: NewCommit,
): Promise<string> {
  const { data: before } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: parent });
  const folders = new Map<string, Promise<Entry[]>>();
  async function entriesOf(folder: string): Promise<Entry[]> {
    const tree_sha = folder === '' ? before.tree.sha : (await entryAt(folder))?.sha;
    if (tree_sha === undefined) return [];
    return (await octokit.rest.git.getTree({ owner, repo, tree_sha })).data.tree as Entry[];
  }
  async function entryAt(path: string): Promise<Entry | undefined> {
    const cut = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(cut, 0));
    let entries = folders.get(folder);
    if (entries === undefined) folders.set(folder, (entries = entriesOf(folder)));
    return (await entries).find((entry) => entry.path === path.slice(cut + 1));
  }

  const tree = [];
  for (const [path, content] of files) {
    const mode = (await entryAt(path))?.mode;
    if (mode !== '100644' && mode !== '100755')
      throw new PlimsollError(
        'fix-not-a-file',
        `${path} is no regular file of the branch.`,
        'Make the change by hand: links are not written through.',
        { file: path },
      );
    tree.push({ path, mode, type: 'blob' as const, content });
  }
  const { data: made } = await octokit.rest.git.createTree({ owner, repo, base_tree: before.tree.sha, tree });
  const { data } = await octokit.rest.git.createCommit({ owner, repo, message, tree: made.sha, parents: [parent] });
  return data.sha;
}

interface Entry {
  path: string;
  mode: '100644' | '100755' | '040000' | '160000' | '120000';
  sha: string;
}
