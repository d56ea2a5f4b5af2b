import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What stands at a path of a commit; a link by where it leads. */
export type Entry = string | Buffer | { link: string } | { submodule: string };

/** A bare repository for commits that no work tree could hold: trees are made with plumbing, as an attacker would. */
export function bareRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-commit-'));
  git(folder, ['init', '-q', '--bare', '.']);
  return folder;
}

/** Commits these entries and nothing else; returns the commit's id. */
export function commitOf(repository: string, entries: Record<string, Entry>): string {
  return git(repository, ['commit-tree', treeOf(repository, Object.entries(entries)), '-m', 'x']);
}

/** Nested trees by hand: `git mktree -z` takes any name. */
function treeOf(repository: string, entries: [string, Entry][]): string {
  const folders = new Map<string, [string, Entry][]>();
  const lines: string[] = [];
  for (const [path, entry] of entries) {
    const slash = path.indexOf('/');
    if (slash > 0) {
      const name = path.slice(0, slash);
      folders.set(name, [...(folders.get(name) ?? []), [path.slice(slash + 1), entry]]);
    } else lines.push(`${lineOf(repository, entry)}\t${path}\0`);
  }
  for (const [name, inner] of folders) lines.push(`040000 tree ${treeOf(repository, inner)}\t${name}\0`);
  return git(repository, ['mktree', '-z', '--missing'], lines.join(''));
}

function lineOf(repository: string, entry: Entry): string {
  if (typeof entry === 'string' || Buffer.isBuffer(entry)) return `100644 blob ${blobOf(repository, entry)}`;
  if ('submodule' in entry) return `160000 commit ${entry.submodule}`;
  return `120000 blob ${blobOf(repository, entry.link)}`;
}

const blobOf = (repository: string, content: string | Buffer): string =>
  git(repository, ['hash-object', '-w', '--stdin'], content);

function git(repository: string, args: string[], input: string | Buffer = ''): string {
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
  const anyName = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false'];
  return execFileSync('git', ['-C', repository, ...who, ...anyName, ...args], {
    input,
    env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: repository },
  })
    .toString()
    .trim();
}
