import { PlimsollError } from '../errors.ts';
import { git } from './git.ts';

/** A git repository on this machine, complete or fetched without its file contents. */
export interface Repository {
  gitDir: string;
  /** Fetches those of the blobs that are not here yet, in one go. Absent where all are here. */
  obtain?(oids: readonly string[]): Promise<void>;
  signal?: AbortSignal;
}

/** The repository that a folder on disk belongs to; undefined when it is in none. Throws `PlimsollError`. */
export async function repositoryOf(folder: string): Promise<(Repository & { top: string }) | undefined> {
  const { exitCode, stdout } = await git(['rev-parse', '--absolute-git-dir', '--show-toplevel'], {
    cwd: folder,
    own: true,
    accept: [128],
  });
  const [gitDir, top] = stdout.toString().split('\n');
  return exitCode === 0 && gitDir && top ? { gitDir, top } : undefined;
}

/** A repository, two revisions as commit ids, and the commit that what the second brings is counted from. */
export interface Range {
  repository: Repository & { top: string };
  base: string;
  head: string;
  from: string;
}

/** Revisions that mean the same wherever they stand in an argument. */
const plainRevision = /^\w[\w./@{}~^-]*$/;

/**
 * What a review of two revisions must know first, in one call of git. Undefined where that does not answer all of it: asking
 * one by one then tells what is wrong.
 */
export async function rangeOf(folder: string, base: string, head: string): Promise<Range | undefined> {
  if (![base, head].every((revision) => plainRevision.test(revision) && !revision.includes('..'))) return undefined;
  const asked = [`${base}^{commit}`, `${head}^{commit}`, `${base}...${head}`];
  const { exitCode, stdout } = await git(['rev-parse', '--absolute-git-dir', '--show-toplevel', ...asked], {
    cwd: folder,
    own: true,
    accept: [128],
  });
  // A symmetric difference is printed as the second, the first, and every merge base after a `^`, the best one first.
  const [gitDir, top, baseCommit, headCommit, , , merge] = stdout.toString().split('\n');
  const ids = [baseCommit, headCommit, merge?.slice(1)];
  if (exitCode !== 0 || !gitDir || !top || !ids.every((id) => id !== undefined && /^[0-9a-f]{40,64}$/.test(id)))
    return undefined;
  const [baseId = '', headId = '', from = ''] = ids;
  const repository = { gitDir, top };
  found.set(repository, new Set([baseId, headId, from]));
  return { repository, base: baseId, head: headId, from };
}

/** Commit ids that were found in a repository: an id names the same commit for ever, so git is asked once. */
const found = new WeakMap<Repository, Set<string>>();

/** The commit id that a revision names. Throws `commit-missing`. */
export async function resolveCommit(repository: Repository, revision: string): Promise<string> {
  const known = found.get(repository) ?? new Set();
  found.set(repository, known);
  if (known.has(revision)) return revision;
  const { exitCode, stdout } = await git(
    [`--git-dir=${repository.gitDir}`, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    { ...signalOf(repository), accept: [1, 128] },
  );
  const commit = stdout.toString().trim();
  if (exitCode !== 0 || !/^[0-9a-f]{40,64}$/.test(commit)) throw commitMissing(revision);
  known.add(commit);
  return commit;
}

/** The best common ancestor; undefined when the two share no (fetched) history. */
export async function mergeBase(repository: Repository, a: string, b: string): Promise<string | undefined> {
  const [one, other] = [await resolveCommit(repository, a), await resolveCommit(repository, b)];
  const { stdout } = await git([`--git-dir=${repository.gitDir}`, 'merge-base', one, other], {
    ...signalOf(repository),
    accept: [1],
  });
  return stdout.toString().trim() || undefined;
}

export function commitMissing(revision: string): PlimsollError {
  return new PlimsollError(
    'commit-missing',
    `Commit "${revision.slice(0, 100)}" was not found.`,
    'Check the name; fetch more history when the clone is shallow; a branch may have been deleted or force-pushed.',
  );
}

export function signalOf(repository: Repository): { signal?: AbortSignal } {
  return repository.signal === undefined ? {} : { signal: repository.signal };
}
