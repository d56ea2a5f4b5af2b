import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Problem } from '../../src/model.ts';
import { defaultLimits } from '../../src/settings.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';

/** Rows that the export of a commit keeps from ever reaching the tool. Trees are made with plumbing, as an attacker would. */
let folder: string;
const git = (args: string[], input = ''): string =>
  execFileSync('git', ['-C', folder, '-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false', ...args], {
    input,
    env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: folder },
  })
    .toString()
    .trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-commit-'));
  git(['init', '-q', '--bare', '.']);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Mode = '100644' | '120000' | '160000';

async function exported(entries: [mode: Mode, path: string, text: string][], limits = defaultLimits) {
  const tree = makeTree(entries);
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
  const commit = git([...who, 'commit-tree', tree, '-m', 'x']);
  const into = join(folder, 'out');
  const problems: Problem[] = await commitTree({ gitDir: folder }, commit, limits).export(['.'], into);
  return { problems, into, says: problems.map((problem) => `${problem.code}: ${problem.message}`).join('\n') };
}

/** Nested trees by hand: `git mktree -z` takes any name. */
function makeTree(entries: [Mode, string, string][]): string {
  const folders = new Map<string, [Mode, string, string][]>();
  const lines: string[] = [];
  for (const [mode, path, text] of entries) {
    const slash = path.indexOf('/');
    if (slash > 0) {
      const name = path.slice(0, slash);
      folders.set(name, [...(folders.get(name) ?? []), [mode, path.slice(slash + 1), text]]);
      continue;
    }
    const oid = mode === '160000' ? '1'.repeat(40) : git(['hash-object', '-w', '--stdin'], text);
    lines.push(`${mode} ${mode === '160000' ? 'commit' : 'blob'} ${oid}\t${path}\0`);
  }
  for (const [name, inner] of folders) lines.push(`040000 tree ${makeTree(inner)}\t${name}\0`);
  return git(['mktree', '-z', '--missing'], lines.join(''));
}

test.each([
  ['01', 'templates/a.yaml', '../../../etc/passwd'],
  ['02', 'x', '/proc/self/environ'],
  ['03', 'values.yaml', '/etc/passwd'],
  ['04', 'Chart.yaml', '../../x'],
  ['05c', 'usr', '/usr'],
  ['09b', 'Chart.lock', '/etc/passwd'],
])('row %s: the link %s to %s is reported and not written', async (_row, path, target) => {
  const { says, into } = await exported([
    ['120000', `c/${path}`, target],
    ['100644', 'c/ok', 'x'],
  ]);
  expect(says).toBe(`symlink-outside: Symlink "c/${path}" leaves the repository.`);
  expect(existsSync(join(into, 'c/ok'))).toBe(true);
  expect(readdirSync(join(into, 'c'))).not.toContain(path.split('/')[0]);
});

test('row 05b: a link to itself', async () => {
  expect((await exported([['120000', 'loop', 'loop']])).says).toBe(
    'symlink-loop: Symlink "loop" leads back to itself.',
  );
});

test('row 06: a link that stays inside is kept', async () => {
  const { problems, into } = await exported([
    ['100644', 'a', 'x'],
    ['120000', 'b', 'a'],
  ]);
  expect(problems).toEqual([]);
  expect(readdirSync(into).sort()).toEqual(['a', 'b']);
});

test('row 22: more files than are rendered', async () => {
  const many = Array.from({ length: 12 }, (_, index): [Mode, string, string] => ['100644', `f${index}`, 'x']);
  const { says, into } = await exported(many, { ...defaultLimits, entries: 10 });
  expect(says).toBe('too-many-files: 12 files are more than the 10 that are rendered at once.');
  expect(existsSync(into) ? readdirSync(into) : []).toEqual([]);
});

test('row 61: a submodule is said not to be rendered', async () => {
  expect((await exported([['160000', 'sub', '']])).says).toMatch(/^submodule: Submodule "sub" was not rendered/);
});

test('row 62: a pointer of LFS is said not to be rendered', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`;
  expect((await exported([['100644', 'a.yaml', pointer]])).says).toMatch(
    /^lfs-pointer: File "a.yaml" is kept by git LFS/,
  );
});

test('row 62b: attributes do not change or hide what is exported', async () => {
  const { into } = await exported([
    ['100644', '.gitattributes', 'a.yaml export-ignore text eol=crlf\n'],
    ['100644', 'a.yaml', 'a: 1\n'],
  ]);
  expect(execFileSync('cat', [join(into, 'a.yaml')]).toString()).toBe('a: 1\n');
});

test('row 63: a line break in a name is refused', async () => {
  const { says, into } = await exported([['100644', 'a\n# Source: x', 'kind: Secret\n']]);
  expect(says).not.toBe('');
  expect(existsSync(into) ? readdirSync(into) : []).toEqual([]);
});
