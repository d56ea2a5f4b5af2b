import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { changesBetween, changesToWorkTree, hunks } from '../../src/tree/diff.ts';
import { mergeBase, repositoryOf } from '../../src/tree/repository.ts';
import { commit, removeTemporary, repository, run, temporary, write } from './repository.ts';

afterAll(removeTemporary);

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');

function twoCommits(): { folder: string; gitDir: string } {
  const folder = repository({
    'a.yaml': numbered(1, 30),
    'old name.yaml': numbered(1, 40),
    'gone.yaml': 'g',
    link: 'x',
  });
  rmSync(join(folder, 'gone.yaml'));
  rmSync(join(folder, 'old name.yaml'));
  rmSync(join(folder, 'link'));
  symlinkSync('a.yaml', join(folder, 'link'));
  commit(folder, {
    'a.yaml': numbered(1, 30).replace('line 10\n', '++ ten\n++ more\n').replace('line 28\n', ''),
    'dir/new\tname "ü".yaml': numbered(1, 39) + '-- last\n',
    'added\n.yaml': 'x\n',
  });
  return { folder, gitDir: join(folder, '.git') };
}

test('changes are told apart, renames found, names taken as they are', async () => {
  const { gitDir } = twoCommits();
  expect(await changesBetween({ gitDir }, 'HEAD~1', 'HEAD')).toEqual([
    { path: 'a.yaml', status: 'modified' },
    { path: 'added\n.yaml', status: 'added' },
    { path: 'dir/new\tname "ü".yaml', from: 'old name.yaml', status: 'renamed' },
    { path: 'gone.yaml', status: 'deleted' },
    { path: 'link', status: 'modified' },
  ]);
});

test('lines of the diff are those of its hunks on the head, with three lines of context', async () => {
  const { gitDir } = twoCommits();
  const changes = await changesBetween({ gitDir }, 'HEAD~1', 'HEAD');
  expect([...(await hunks({ gitDir }, 'HEAD~1', 'HEAD', changes))]).toEqual([
    [
      'a.yaml',
      [
        { start: 7, end: 14 },
        { start: 26, end: 30 },
      ],
    ],
    ['added\n.yaml', [{ start: 1, end: 1 }]],
    ['dir/new\tname "ü".yaml', [{ start: 37, end: 40 }]],
    ['link', [{ start: 1, end: 1 }]],
  ]);
});

test('a pull request with 5,000 changed files is read whole', async () => {
  const files = (text: string): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`d${index % 50}/f${index}.yaml`, `${text} ${index}\n`]),
    );
  const folder = repository(files('before'));
  commit(folder, files('after'));
  const repo = { gitDir: join(folder, '.git') };
  const changes = await changesBetween(repo, 'HEAD~1', 'HEAD');
  expect(changes.length).toBe(5000);
  expect(new Set(changes.map((change) => change.status))).toEqual(new Set(['modified']));
  expect((await hunks(repo, 'HEAD~1', 'HEAD', changes)).size).toBe(5000);
});

test('changes to a work tree include what is staged, not staged and untracked, but nothing ignored', async () => {
  const folder = repository({
    'a.yaml': 'a',
    'sub/b.yaml': 'b',
    'sub/c.yaml': 'c',
    '.gitignore': '*.log',
    'same.yaml': 's',
  });
  write(folder, { 'a.yaml': 'A', 'sub/new.yaml': 'n', 'x.log': 'l', 'sub/staged.yaml': 'z' });
  run(folder, ['add', 'sub/staged.yaml']);
  rmSync(join(folder, 'sub/c.yaml'));
  writeFileSync(join(folder, 'same.yaml'), 's');
  expect(await changesToWorkTree(folder, 'HEAD')).toEqual([
    { path: 'a.yaml', status: 'modified' },
    { path: 'sub/c.yaml', status: 'deleted' },
    { path: 'sub/staged.yaml', status: 'added' },
    { path: 'sub/new.yaml', status: 'added' },
  ]);
  expect((await changesToWorkTree(join(folder, 'sub'), 'HEAD')).map((change) => change.path)).toEqual([
    'c.yaml',
    'staged.yaml',
    'new.yaml',
  ]);
});

test('neither settings nor attributes of a repository start a program', async () => {
  const folder = repository({ '.gitattributes': '* diff=evil', 'a.yaml': 'a\n' });
  const trap = join(temporary(), 'trap');
  const hit = `${trap}.hit`;
  writeFileSync(trap, `#!/bin/sh\necho ran >> ${hit}\ncat "$1" 2>/dev/null\n`);
  chmodSync(trap, 0o755);
  for (const key of ['diff.evil.textconv', 'diff.evil.command', 'diff.external', 'core.fsmonitor', 'core.pager'])
    run(folder, ['config', key, trap]);
  commit(folder, { 'a.yaml': 'b\n' });
  rmSync(hit, { force: true });
  const repo = { gitDir: join(folder, '.git') };
  const changes = await changesBetween(repo, 'HEAD~1', 'HEAD');
  await hunks(repo, 'HEAD~1', 'HEAD', changes);
  write(folder, { 'a.yaml': 'c\n' });
  expect((await changesToWorkTree(folder, 'HEAD')).length).toBe(1);
  expect(existsSync(hit)).toBe(false);
});

test('the merge base is the fork point; unrelated histories have none; a bad revision is named', async () => {
  const folder = repository({ a: '1' });
  const fork = run(folder, ['rev-parse', 'HEAD']);
  run(folder, ['checkout', '-q', '-b', 'topic']);
  commit(folder, { b: '1' });
  run(folder, ['checkout', '-q', 'main']);
  commit(folder, { c: '1' });
  run(folder, ['checkout', '-q', '--orphan', 'other']);
  commit(folder, { d: '1' });
  const found = await repositoryOf(folder);
  expect(found?.gitDir).toBe(join(folder, '.git'));
  const repo = { gitDir: join(folder, '.git') };
  expect(await mergeBase(repo, 'main', 'topic')).toBe(fork);
  expect(await mergeBase(repo, 'main', 'other')).toBeUndefined();
  for (const bad of ['nowhere', '--all', '-h', 'a..b'])
    await expect(changesBetween(repo, 'main', bad)).rejects.toMatchObject({ code: 'commit-missing' });
});
