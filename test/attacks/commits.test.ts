import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Problem } from '../../src/model.ts';
import { defaultLimits } from '../../src/settings.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';
import { bareRepository, commitOf, type Entry } from './commit.ts';

/** Rows that the export of a commit keeps from ever reaching the tool. */
let repository: string;
let into: string;
beforeEach(() => {
  repository = bareRepository();
  into = join(mkdtempSync(join(tmpdir(), 'plimsoll-export-')), 'out');
});
afterEach(() => {
  for (const folder of [repository, join(into, '..')]) rmSync(folder, { recursive: true, force: true });
});

async function exported(entries: Record<string, Entry>, limits = defaultLimits) {
  const commit = commitOf(repository, entries);
  const problems: Problem[] = await commitTree({ gitDir: repository }, commit, limits).export(['.'], into);
  return { problems, says: problems.map((problem) => `${problem.code}: ${problem.message}`).join('\n') };
}

const written = (folder = '.'): string[] => (existsSync(join(into, folder)) ? readdirSync(join(into, folder)) : []);

test.each([
  ['01', 'templates/a.yaml', '../../../etc/passwd'],
  ['02', 'x', '/proc/self/environ'],
  ['03', 'values.yaml', '/etc/passwd'],
  ['04', 'Chart.yaml', '../../x'],
  ['05', 'templates', '/etc'],
  ['05c', 'usr', '/usr'],
  ['05d', 'zero', '/dev/zero'],
  ['05e', 'map', '/proc/self/pagemap'],
  ['05f', 'env', `/proc/${process.pid}/environ`],
  ['09b', 'Chart.lock', '/etc/passwd'],
])('row %s: the link %s to %s is reported and not written', async (_row, path, link) => {
  const { says } = await exported({ [`c/${path}`]: { link }, 'c/ok': 'x' });
  expect(says).toBe(`symlink-outside: Symlink "c/${path}" leaves the repository.`);
  expect(written('c')).toEqual(['ok']);
});

test('row 05b: a link to itself', async () => {
  expect((await exported({ loop: { link: 'loop' } })).says).toBe('symlink-loop: Symlink "loop" leads back to itself.');
  expect(written()).toEqual([]);
});

test('row 06: a link that stays inside is kept', async () => {
  const { problems } = await exported({ a: 'x', b: { link: 'a' } });
  expect(problems).toEqual([]);
  expect(written().sort()).toEqual(['a', 'b']);
});

test('rows 06b, 49: what lies in a .git folder of the tree is refused', async () => {
  const { says } = await exported({ '.git/config': '[core]', 'k/.git/config': '[core]', 'k/ok': 'x' });
  expect(says).toBe(
    [
      'file-name-refused: File ".git/config" was left out: its path contains ".git".',
      'file-name-refused: File "k/.git/config" was left out: its path contains ".git".',
    ].join('\n'),
  );
  expect([written(), written('k')]).toEqual([['k'], ['ok']]);
});

test('row 22: more files than are rendered', async () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}`, 'x']));
  const { says } = await exported(many, { ...defaultLimits, entries: 10 });
  expect(says).toBe('too-many-files: 12 files are more than the 10 that are rendered at once.');
  expect(written()).toEqual([]);
});

test('row 60: odd names are taken as they are, byte for byte', async () => {
  const names = ['a b', '"quoted"', 'tab\\t', '-rf', '$(id)', 'ä', '*', "it's"];
  const { problems } = await exported(Object.fromEntries(names.map((name) => [`odd/${name}`, name])));
  expect(problems).toEqual([]);
  expect(written('odd').sort()).toEqual(names.toSorted());
  for (const name of names) expect(readFileSync(join(into, 'odd', name), 'utf8')).toBe(name);
});

test.each([
  ['..', 'its path contains ".."'],
  ['.', 'its path contains "."'],
  ['.GIT', 'its path contains ".git"'],
  ['git~1', 'its path contains ".git"'],
])('row 60b: a file called %s is refused', async (name, reason) => {
  const { says } = await exported({ [`c/${name}`]: 'x', 'c/ok': 'x' });
  expect(says).toBe(`file-name-refused: File "c/${name}" was left out: ${reason}.`);
  expect(written('c')).toEqual(['ok']);
  expect(readdirSync(join(into, '..'))).toEqual(['out']);
});

test('row 61: a submodule is said not to be rendered', async () => {
  expect((await exported({ sub: { submodule: '1'.repeat(40) } })).says).toBe(
    'submodule: Submodule "sub" was not rendered: what it holds is not in this repository.',
  );
});

test('row 62: a pointer of LFS is said not to be rendered', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`;
  expect((await exported({ 'a.yaml': pointer })).says).toBe(
    'lfs-pointer: File "a.yaml" is kept by git LFS and was not rendered.',
  );
  expect(written()).toEqual([]);
});

test('row 62b: attributes do not change or hide what is exported', async () => {
  await exported({ '.gitattributes': 'a.yaml export-ignore text eol=crlf\n', 'a.yaml': 'a: 1\n' });
  expect(readFileSync(join(into, 'a.yaml'), 'utf8')).toBe('a: 1\n');
});

test('row 63: a line break in a name is refused', async () => {
  const { says } = await exported({ 'a\n# Source: x': 'kind: Secret\n' });
  expect(says).toBe(
    'file-name-refused: File "a\\u000a# Source: x" was left out: its name contains a control character or line break.',
  );
  expect(written()).toEqual([]);
});
