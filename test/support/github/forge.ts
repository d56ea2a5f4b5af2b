import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { importOf } from './fast-import.ts';

/** Files to write, by path; null removes one. */
type Files = Record<string, string | Buffer | null>;

export interface Commit {
  branch: string;
  /** Where a new branch starts; the branch's own tip when it exists already. */
  from?: string;
  message?: string;
  files?: Files;
  /** A folder copied over the tree. */
  folder?: string;
  /** Leave the branch's own commits behind and begin at `from` again: a force push. */
  restart?: boolean;
  /** Start from an empty tree. */
  clear?: boolean;
}

interface TreeEntry {
  path: string;
  mode: string;
  type: string;
  sha: string;
}

interface NewEntry {
  path: string;
  mode: string;
  sha?: string | null;
  content?: string;
}

/** The git side of the GitHub of tests: bare repositories below a folder, and the means to commit to them. */
export interface Forge {
  /** Bare repositories stand here as `owner/name.git`. */
  root: string;
  create(name: string): Promise<void>;
  /** Makes one repository a fork of another, sharing its objects as GitHub does. */
  fork(name: string, of: string): Promise<void>;
  commit(name: string, commit: Commit): Promise<string>;
  resolve(name: string, revision: string): Promise<string | undefined>;
  updateRef(name: string, ref: string, sha: string): Promise<void>;
  read(name: string, revision: string, path: string): Promise<Buffer | undefined>;
  mergeBase(name: string, a: string, b: string): Promise<string | undefined>;
  /** Line ranges of the newer commit's files that are part of the diff with three lines of context. */
  diffLines(name: string, from: string, to: string): Promise<Map<string, { start: number; end: number }[]>>;
  listTree(name: string, tree: string): Promise<TreeEntry[]>;
  /** A tree with entries put over another's; the new tree's id. */
  writeTree(name: string, base: string, entries: readonly NewEntry[]): Promise<string>;
  commitTree(name: string, tree: string, parents: readonly string[], message: string): Promise<string>;
  showCommit(name: string, sha: string): Promise<{ tree: string; parents: string[]; message: string }>;
  /** Commits of a range. */
  count(name: string, range: string): Promise<number>;
  rename(from: string, to: string): Promise<void>;
  renameBranch(name: string, from: string, to: string): Promise<void>;
  /** Copies a fork's branch into the repository it was forked from. */
  fetchFrom(name: string, fork: string, ref: string, into: string): Promise<void>;
}

export function createForge(folder: string): Forge {
  const root = join(folder, 'bare');
  const bare = (name: string): string => join(root, `${name}.git`);
  const once = createMemory();

  async function git(cwd: string, args: string[]): Promise<string> {
    const { stdout } = await execa('git', args, { cwd, env: identity, extendEnv: false });
    return stdout;
  }
  async function tried(cwd: string, args: string[]): Promise<string | undefined> {
    const result = await execa('git', args, { cwd, env: identity, extendEnv: false, reject: false });
    return result.exitCode === 0 ? result.stdout.trim() : undefined;
  }

  const forge: Forge = {
    root,
    async create(name) {
      await mkdir(bare(name), { recursive: true });
      await git(bare(name), ['init', '-q', '--bare', '-b', 'main', '.']);
    },
    async fork(name, of) {
      await forge.create(name);
      await git(bare(name), ['fetch', '-q', bare(of), '+refs/heads/*:refs/heads/*']);
    },
    async commit(name, commit) {
      const { branch, from, restart } = commit;
      const own = restart === true ? undefined : await forge.resolve(name, `refs/heads/${branch}`);
      const start = own ?? (from && (await forge.resolve(name, from)));
      const { stdout } = await execa('git', ['fast-import', '--quiet', '--force'], {
        cwd: bare(name),
        env: identity,
        extendEnv: false,
        input: await importOf(commit, start),
      });
      return stdout.trim();
    },
    resolve: (name, revision) => tried(bare(name), ['rev-parse', '--verify', '-q', `${revision}^{commit}`]),
    async updateRef(name, ref, sha) {
      await git(bare(name), ['update-ref', ref, sha]);
    },
    read: (name, revision, path) =>
      once([revision], [name, revision, path], async () => {
        const result = await execa('git', ['cat-file', 'blob', `${revision}:${path}`], {
          cwd: bare(name),
          env: identity,
          extendEnv: false,
          encoding: 'buffer',
          stripFinalNewline: false,
          reject: false,
        });
        return result.exitCode === 0 ? Buffer.from(result.stdout) : undefined;
      }),
    mergeBase: (name, a, b) => once([a, b], [name, a, b], () => tried(bare(name), ['merge-base', a, b])),
    async diffLines(name, from, to) {
      const args = ['diff', '-U3', '-M', '--no-color', from, to];
      const patch = await once([from, to], [name, ...args], () => git(bare(name), args));
      const found = new Map<string, { start: number; end: number }[]>();
      let path = '';
      for (const line of patch.split('\n')) {
        if (line.startsWith('+++ ')) path = line.slice('+++ b/'.length);
        const [, start, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
        if (start === undefined || count === '0') continue;
        found.set(path, [...(found.get(path) ?? []), { start: Number(start), end: Number(start) + Number(count) - 1 }]);
      }
      return found;
    },
    async listTree(name, tree) {
      const listing = await git(bare(name), ['ls-tree', '-z', tree]);
      return listing
        .split('\0')
        .filter((line) => line !== '')
        .map((line) => {
          const [, mode = '', type = '', sha = '', path = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
          return { path, mode, type, sha };
        });
    },
    async writeTree(name, base, entries) {
      const index = join(bare(name), `index-of-tests-${Math.random()}`);
      const inIndex = async (args: string[], input = ''): Promise<string> =>
        (
          await execa('git', args, {
            cwd: bare(name),
            env: { ...identity, GIT_INDEX_FILE: index },
            extendEnv: false,
            input,
          })
        ).stdout;
      await inIndex(['read-tree', base]);
      for (const { path, mode, sha, content } of entries) {
        const blob = sha ?? (await inIndex(['hash-object', '-w', '--stdin'], content));
        await inIndex(['update-index', '--add', '--cacheinfo', `${mode},${blob},${path}`]);
      }
      const tree = await inIndex(['write-tree']);
      await rm(index);
      return tree;
    },
    async commitTree(name, tree, parents, message) {
      const from = parents.flatMap((parent) => ['-p', parent]);
      const { stdout } = await execa('git', ['commit-tree', tree, ...from], {
        cwd: bare(name),
        env: identity,
        extendEnv: false,
        input: message,
      });
      return stdout;
    },
    async showCommit(name, sha) {
      const [tree = '', parents = '', ...message] = (
        await git(bare(name), ['show', '-s', '--format=%T%n%P%n%B', sha])
      ).split('\n');
      return { tree, parents: parents.split(' ').filter(Boolean), message: message.join('\n').trimEnd() };
    },
    async count(name, range) {
      return Number(await git(bare(name), ['rev-list', '--count', range]));
    },
    async rename(from, to) {
      await mkdir(dirname(bare(to)), { recursive: true });
      await rename(bare(from), bare(to));
    },
    async renameBranch(name, from, to) {
      await git(bare(name), ['branch', '-m', from, to]);
    },
    async fetchFrom(name, fork, ref, into) {
      if (name === fork) await forge.updateRef(name, into, ref);
      else await git(bare(name), ['fetch', '-q', bare(fork), `+${ref}:${into}`]);
    },
  };
  return forge;
}

/** What git said of commits that are named by their ids does not change: each process saved is one that tests need not wait for. */
function createMemory(): <T>(
  commits: readonly string[],
  asked: readonly string[],
  ask: () => Promise<T>,
) => Promise<T> {
  const known = new Map<string, unknown>();
  return async (commits, asked, ask) => {
    const key = JSON.stringify(asked);
    if (known.has(key)) return known.get(key) as Awaited<ReturnType<typeof ask>>;
    const answer = await ask();
    if (answer !== undefined && commits.every((one) => /^[0-9a-f]{40}$/.test(one))) known.set(key, answer);
    return answer;
  };
}

const identity = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Mona',
  GIT_AUTHOR_EMAIL: 'mona@example.com',
  GIT_COMMITTER_NAME: 'Mona',
  GIT_COMMITTER_EMAIL: 'mona@example.com',
};
