import type { Change, TreeEntry } from '../model.ts';
import { split } from './commit-tree.ts';
import { git } from './git.ts';
import type { Edits } from './listing.ts';
import { typeOf } from './records.ts';
import { resolveCommit, signalOf, type Repository } from './repository.ts';

/** Lines of the head's file, from 1, both ends included. */
export interface LineRange {
  start: number;
  end: number;
}

/** A repository's settings and attributes must not change what a diff says, and must not start programs. */
const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=dirty'];

/**
 * How `head` differs from `base`, renames found by content. Both are revisions; give the merge base for what a pull request
 * changes. Throws `commit-missing`.
 */
export async function changesBetween(repository: Repository, base: string, head: string): Promise<Change[]> {
  return (await rawChanges(repository, base, head)).map(toChange);
}

/** The same as git tells it, with both versions' modes and contents. */
export async function rawChanges(repository: Repository, base: string, head: string): Promise<RawChange[]> {
  const range = [await resolveCommit(repository, base), await resolveCommit(repository, head)];
  const run = async (flags: readonly string[]): Promise<RawChange[]> =>
    parseRaw(
      (
        await git(
          [`--git-dir=${repository.gitDir}`, 'diff-tree', '-r', '-z', '--raw', '--no-abbrev', ...flags, ...range],
          {
            ...signalOf(repository),
          },
        )
      ).stdout,
    );
  if (repository.obtain !== undefined) {
    // Renames are found by content; without adds or deletes there are none.
    const raw = await run([...plain, '--no-renames']);
    const deleted = raw.filter((change) => change.status === 'D');
    const added = raw.filter((change) => change.status === 'A');
    if (deleted.length > 0 && added.length > 0)
      await repository.obtain([...deleted.map((change) => change.oldOid), ...added.map((change) => change.newOid)]);
  }
  return run([...plain, '-M', '-l1000']);
}

/** What turns the head's entries into the base's. Sizes are not known. */
export function editsToBase(changes: readonly RawChange[]): Edits {
  const edits = new Map<string, TreeEntry | undefined>();
  for (const { status, path } of changes) if (status !== 'D') edits.set(path, undefined);
  for (const { status, path, from = path, oldMode, oldOid } of changes)
    if (status !== 'A') edits.set(from, { path: from, type: typeOf(oldMode), size: 0, oid: oldOid });
  return edits;
}

/** How a folder on disk differs from a revision, untracked files included (ignored ones not). Paths are relative to it. */
export async function changesToWorkTree(folder: string, base: string): Promise<Change[]> {
  const own = { cwd: folder, own: true };
  const { stdout: gitDir } = await git(['rev-parse', '--absolute-git-dir'], own);
  const commit = await resolveCommit({ gitDir: gitDir.toString().trim() }, base);
  const [tracked, untracked] = await Promise.all([
    git(['diff', '-z', '--raw', '--no-abbrev', '--relative', ...plain, '-M', '-l1000', commit, '--'], own),
    git(['ls-files', '-z', '-o', '--exclude-standard'], own),
  ]);
  return [
    ...parseRaw(tracked.stdout).map(toChange),
    ...split(untracked.stdout).map((path): Change => ({ path: path.replace(/\/$/, ''), status: 'added' })),
  ];
}

/**
 * The lines of each changed file that are part of the diff as GitHub shows it (three lines of context): where review
 * comments may stand. Files without such lines (deleted, binary, only renamed) are left out.
 * @param context lines around each change; 0 for those that the change wrote alone
 */
export async function hunks(
  repository: Repository,
  base: string,
  head: string,
  changes: readonly Change[],
  context = 3,
): Promise<Map<string, LineRange[]>> {
  const found = new Map<string, LineRange[]>();
  const range = [await resolveCommit(repository, base), await resolveCommit(repository, head)];
  for (let at = 0; at < changes.length; at += pathsAtOnce) {
    const paths = changes
      .slice(at, at + pathsAtOnce)
      .flatMap(({ path, from }) => (from === undefined ? path : [from, path]));
    const run = async (flags: readonly string[]): Promise<Buffer> => {
      const args = ['--literal-pathspecs', 'diff-tree', '-r', ...plain, ...flags, ...range, '--', ...paths];
      return (await git([`--git-dir=${repository.gitDir}`, ...args], signalOf(repository))).stdout;
    };
    if (repository.obtain !== undefined) {
      const raw = parseRaw(await run(['-z', '--raw', '--no-abbrev', '--no-renames']));
      await repository.obtain(raw.flatMap((one) => [one.oldOid, one.newOid]));
    }
    readPatch((await run(['-p', `-U${context}`, '-M', '-l1000', '--no-indent-heuristic'])).toString(), found);
  }
  return found;
}

/** Keeps the arguments well under the 2 MiB that Linux takes. */
const pathsAtOnce = 500;

/** Follows the line counts of each hunk, so that no line of content is taken for a header. */
function readPatch(patch: string, into: Map<string, LineRange[]>): void {
  let path: string | undefined;
  let before = 0;
  let after = 0;
  for (const line of patch.split('\n')) {
    if (before > 0 || after > 0) {
      if (line.startsWith('\\')) continue;
      if (!line.startsWith('+')) before--;
      if (!line.startsWith('-')) after--;
      continue;
    }
    if (line.startsWith('diff --git ')) path = undefined;
    if (line.startsWith('+++ ')) path = headName(line.slice(4));
    const [, oldLines, start, newLines] = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (start === undefined) continue;
    before = Number(oldLines ?? 1);
    after = Number(newLines ?? 1);
    if (path === undefined || after === 0) continue;
    into.set(path, [...(into.get(path) ?? []), { start: Number(start), end: Number(start) + after - 1 }]);
  }
}

/** `b/name`, with a tab behind it when it has spaces, or quoted as in C; `/dev/null` for a deleted file. */
function headName(text: string): string | undefined {
  const name = text.replace(/\t$/, '');
  if (name.startsWith('"b/')) return unquote(name.slice(3, -1));
  return name.startsWith('b/') ? name.slice(2) : undefined;
}

const escapes: Record<string, string> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

function unquote(text: string): string {
  return text.replaceAll(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(parseInt(code, 8)) : (escapes[code] ?? code),
  );
}

export interface RawChange {
  oldMode: string;
  oldOid: string;
  newOid: string;
  status: string;
  path: string;
  from?: string;
}

/** `:mode SP mode SP oid SP oid SP status NUL path NUL`, for renames with a second path. */
function parseRaw(output: Buffer): RawChange[] {
  const records = split(output);
  const changes: RawChange[] = [];
  for (let at = 0; at < records.length;) {
    const [oldMode = '', , oldOid = '', newOid = '', status = ''] = (records[at] ?? '').slice(1).split(' ');
    const first = records[at + 1] ?? '';
    const renamed = status.startsWith('R');
    changes.push(
      renamed
        ? { oldMode, oldOid, newOid, status: 'R', from: first, path: records[at + 2] ?? '' }
        : { oldMode, oldOid, newOid, status: status.slice(0, 1), path: first },
    );
    at += renamed ? 3 : 2;
  }
  return changes;
}

export function toChange({ status, path, from }: RawChange): Change {
  if (from !== undefined) return { path, from, status: 'renamed' };
  return { path, status: status === 'A' ? 'added' : status === 'D' ? 'deleted' : 'modified' };
}
