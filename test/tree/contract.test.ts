import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { ExportLimits } from '../../src/settings.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';
import type { GitTree } from '../../src/tree/files.ts';
import { commitPair, treesOf } from '../../src/tree/pair.ts';
import { workTree } from '../../src/tree/work-tree.ts';
import { commit, removeTemporary, repository, run, temporary, write } from './repository.ts';

afterAll(removeTemporary);

const limits: ExportLimits = { entries: 50, fileBytes: 2000, totalBytes: 4000 };
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

type Content = { files?: Record<string, string | Buffer>; links?: Record<string, string>; submodule?: string };

function prepare(folder: string, { files = {}, links = {} }: Content): void {
  write(folder, files);
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path));
}

const kinds: [string, (content: Content, caps?: ExportLimits) => GitTree][] = [
  [
    'a commit',
    (content, caps = limits) => {
      const folder = repository();
      prepare(folder, content);
      run(folder, ['add', '-A', '-f']);
      if (content.submodule)
        run(folder, ['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},${content.submodule}`]);
      run(folder, ['commit', '-q', '--allow-empty', '-m', 'all']);
      return commitTree({ gitDir: join(folder, '.git') }, 'HEAD', caps);
    },
  ],
  [
    'a commit told from what a later one changed',
    (content, caps = limits) => {
      const folder = repository();
      prepare(folder, content);
      run(folder, ['add', '-A', '-f']);
      if (content.submodule)
        run(folder, ['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},${content.submodule}`]);
      run(folder, ['commit', '-q', '--allow-empty', '-m', 'all']);
      const base = run(folder, ['rev-parse', 'HEAD']);
      const [gone, moved, ...rest] = [...Object.keys(content.files ?? {}), ...Object.keys(content.links ?? {})];
      if (gone !== undefined) run(folder, ['rm', '-q', '--cached', '--', gone]);
      if (moved !== undefined) run(folder, ['mv', '-k', '--', moved, 'moved.yaml']);
      if (content.submodule) run(folder, ['update-index', '--force-remove', content.submodule]);
      write(folder, {
        'new/file.yaml': 'kind: Application\n',
        ...(rest[0] === undefined ? {} : { 'other.yaml': 'x' }),
      });
      run(folder, ['add', '-f', '--', 'new/file.yaml']);
      run(folder, ['commit', '-q', '-m', 'later']);
      const head = run(folder, ['rev-parse', 'HEAD']);
      return treesOf(commitPair({ gitDir: join(folder, '.git') }, base, head), caps).base;
    },
  ],
  [
    'a git work tree',
    (content, caps = limits) => {
      const folder = repository();
      prepare(folder, content);
      run(folder, ['add', '-A', '-f']);
      if (content.submodule)
        run(folder, ['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},${content.submodule}`]);
      if (content.submodule) write(folder, { [`${content.submodule}/.keep`]: '' });
      return workTree(folder, caps);
    },
  ],
  [
    'a plain folder',
    (content, caps = limits) => {
      const folder = temporary();
      prepare(folder, content);
      return workTree(folder, caps);
    },
  ],
];

describe.each(kinds)('%s', (kind, make) => {
  const codes = (problems: { code: string; file?: string }[]): string[] =>
    problems.map((problem) => `${problem.code} ${problem.file ?? ''}`.trim()).sort();

  test('lists its files sorted and reads them, also many at once', async () => {
    const tree = make({ files: { 'b/two.yaml': 'two\r\n', 'a.yaml': 'one', 'b/ü "x".yaml': 'three', 'b-c': 'x' } });
    expect((await tree.entries()).map((entry) => entry.path)).toEqual(['a.yaml', 'b-c', 'b/two.yaml', 'b/ü "x".yaml']);
    expect((await tree.read('b/two.yaml'))?.toString()).toBe('two\r\n');
    expect(await tree.read('b')).toBeUndefined();
    expect(await tree.read('missing')).toBeUndefined();
    const many = await tree.readMany(['a.yaml', 'b/ü "x".yaml', 'missing', 'a.yaml']);
    expect([...many].map(([path, content]) => [path, content.toString()])).toEqual([
      ['a.yaml', 'one'],
      ['b/ü "x".yaml', 'three'],
    ]);
  });

  test('reads nothing outside of itself, by any spelling', async () => {
    const tree = make({ files: { 'a.yaml': 'one' }, links: { out: '/etc/passwd', up: '../../../etc/passwd' } });
    for (const path of ['../a.yaml', '/etc/passwd', 'out', 'up', '.git/config', '.git/HEAD', ''])
      expect([path, await tree.read(path)]).toEqual([path, undefined]);
  });

  test('follows links that stay inside, through folders and chains', async () => {
    const tree = make({
      files: { 'base/values.yaml': 'x: 1' },
      links: { one: 'two', two: 'base', 'base/self': '../one/values.yaml' },
    });
    expect((await tree.read('one/values.yaml'))?.toString()).toBe('x: 1');
    expect((await tree.read('one/self'))?.toString()).toBe('x: 1');
  });

  test('is searched without the folders of a name, wherever they lie', async () => {
    const hit = 'kind: Application\n';
    const files = [
      'templates/a.yaml',
      'c/templates/deep/b.yaml',
      'c/templates.yaml',
      'c/mytemplates/d.yaml',
      'templates*/e.yaml',
      'f.yaml',
    ];
    const tree = make({ files: Object.fromEntries(files.map((file) => [file, hit])) });
    expect(await tree.grep(['kind: Application'], ['.yaml'], 'templates')).toEqual([
      'c/mytemplates/d.yaml',
      'c/templates.yaml',
      'f.yaml',
      'templates*/e.yaml',
    ]);
    expect(await tree.grep(['kind: Application'], ['.yaml'], 'templates*')).toEqual(
      files.filter((file) => file !== 'templates*/e.yaml').sort(),
    );
  });

  test('finds fixed strings in files of the given endings', async () => {
    const tree = make({
      files: {
        'a.yaml': 'kind: Application\n',
        '-e.yaml': 'kind: [x]*\n',
        'b.txt': 'kind: Application\n',
        'c[1].yaml': 'y',
      },
    });
    expect(await tree.grep(['kind: Application', '[x]*'], ['.yaml'])).toEqual(['-e.yaml', 'a.yaml']);
    expect(await tree.grep(['y'], ['c[1].yaml'])).toEqual(['c[1].yaml']);
    expect(await tree.grep(['nowhere'], ['.yaml'])).toEqual([]);
    expect(await tree.grep(['-e'], ['.yaml'])).toEqual([]);
    expect(await tree.grep([], ['.yaml'])).toEqual([]);
  });

  test('exports exactly the folders asked for, as they are stored', async () => {
    const tree = make({
      files: {
        'x/a.yaml': 'one $Id$\r\n',
        'x/y/b': Buffer.from([0, 255]),
        'z/c': 'c',
        '.gitattributes': '* export-ignore ident',
      },
    });
    const into = join(temporary(), 'out');
    expect(await tree.export(['x', '.gitattributes'], into)).toEqual([]);
    expect(readFileSync(join(into, 'x/a.yaml'), 'utf8')).toBe('one $Id$\r\n');
    expect([...readFileSync(join(into, 'x/y/b'))]).toEqual([0, 255]);
    expect(existsSync(join(into, '.gitattributes'))).toBe(true);
    expect([existsSync(join(into, 'z')), existsSync(join(into, '.git'))]).toEqual([false, false]);
    expect([statSync(join(into, 'x/a.yaml')).mode & 0o777, statSync(join(into, 'x/y')).mode & 0o777]).toEqual([
      0o644, 0o755,
    ]);
  });

  test('an export brings along what its links lead to, and refuses links that leave, loop or are absolute', async () => {
    const tree = make({
      files: { 'common/values.yaml': 'v', 'x/a': 'a' },
      links: {
        'x/values.yaml': '../hop',
        hop: 'common/values.yaml',
        'x/out': '../../secret',
        'x/etc': '/etc/passwd',
        'x/loop': 'loop',
        'x/back': 'nothing/../../../secret',
        'x/chain': 'out',
        'x/dangling': 'nothing',
      },
    });
    const into = temporary();
    expect(codes(await tree.export(['x'], into))).toEqual([
      'symlink-loop x/loop',
      'symlink-outside x/back',
      'symlink-outside x/chain',
      'symlink-outside x/etc',
      'symlink-outside x/out',
    ]);
    expect(readFileSync(join(into, 'x/values.yaml'), 'utf8')).toBe('v');
    expect(readlinkSync(join(into, 'x/dangling'))).toBe('nothing');
    for (const path of ['x/out', 'x/etc', 'x/loop', 'x/back', 'x/chain'])
      expect(lstatSync(join(into, path), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('a file over the cap is named and left out, everything else is written', async () => {
    const tree = make({ files: { 'x/big': 'b'.repeat(2001), 'x/a': 'a' } });
    const into = temporary();
    expect(codes(await tree.export(['.'], into))).toEqual(['file-too-large x/big']);
    expect(existsSync(join(into, 'x/a'))).toBe(true);
    await expect(tree.read('x/big')).rejects.toMatchObject({ code: 'file-too-large', file: 'x/big' });
    expect((await tree.readMany(['x/big', 'x/a'])).size).toBe(1);
    expect(codes(await tree.refused())).toEqual(['file-too-large x/big']);
  });

  test('over the caps on entries or total nothing is written', async () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`x/${index}`, '1']));
    const large = Object.fromEntries(Array.from({ length: 3 }, (_, index) => [`y/${index}`, `${index}`.repeat(1900)]));
    const tree = make({ files: { ...many, ...large } });
    const into = temporary();
    expect(codes(await tree.export(['x'], into))).toEqual(['too-many-files']);
    expect(codes(await tree.export(['y'], into))).toEqual(['files-too-large']);
    expect([existsSync(join(into, 'x')), existsSync(join(into, 'y'))]).toEqual([false, false]);
  });

  test('LFS pointers are not written but named', async () => {
    const tree = make({ files: { 'x/chart.tgz': pointer, 'x/a': 'a' } });
    expect(codes(await tree.export(['x'], temporary()))).toEqual(['lfs-pointer x/chart.tgz']);
  });

  if (kind !== 'a plain folder')
    test('submodules are not written but named', async () => {
      const tree = make({ files: { 'x/a': 'a' }, submodule: 'x/module' });
      expect((await tree.entries()).find((entry) => entry.type === 'submodule')?.path).toBe('x/module');
      const into = temporary();
      expect(codes(await tree.export(['x'], into))).toEqual(['submodule x/module']);
      expect(existsSync(join(into, 'x/module'))).toBe(false);
    });

  test('names with line breaks are refused and named in one line', async () => {
    const tree = make({ files: { 'x/a\nkind: Secret.yaml': 'a', 'x/b': 'b' } });
    expect((await tree.entries()).map((entry) => entry.path)).toEqual(['x/b']);
    const problems = await tree.export(['x'], temporary());
    expect(codes(problems)).toEqual(['file-name-refused x/a\\u000akind: Secret.yaml']);
    expect(codes(await tree.refused())).toEqual(codes(problems));
    expect(problems[0]?.message).not.toContain('\n');
  });

  test('the digest follows names and contents below the folders, and what links lead to', async () => {
    const files = { 'x/a': 'a', 'y/b': 'b' };
    const links = { 'x/l': '../y/b' };
    const digest = (content: Content): Promise<string> => make(content).digest(['x']);
    const first = await digest({ files, links });
    expect(await digest({ files: { ...files, z: 'z' }, links })).toBe(first);
    const others = await Promise.all([
      digest({ files: { ...files, 'x/a': 'A' }, links }),
      digest({ files: { 'x/c': 'a', 'y/b': 'b' }, links }),
      digest({ files: { ...files, 'y/b': 'B' }, links }),
      digest({ files }),
    ]);
    expect(new Set([first, ...others]).size).toBe(5);
  });
});

test('a commit and a folder with the same files have the same digest', async () => {
  const content = { files: { 'x/a': 'a', 'x/b': 'b\n' }, links: { 'x/l': 'a' } };
  const digests = await Promise.all(kinds.map(([, make]) => make(content).digest(['.'])));
  expect(new Set(digests).size).toBe(1);
});

describe('a git work tree', () => {
  test('has the untracked files that are not ignored, and not the deleted ones', async () => {
    const folder = repository({ 'a.yaml': 'a', 'gone.yaml': 'g', '.gitignore': '*.log\n' });
    run(folder, ['rm', '-q', '--cached', 'a.yaml']);
    write(folder, { 'new.yaml': 'n', 'x.log': 'l' });
    rmSync(join(folder, 'gone.yaml'));
    const paths = (await workTree(folder, limits).entries()).map((entry) => entry.path);
    expect(paths).toEqual(['.gitignore', 'a.yaml', 'new.yaml']);
    expect(await workTree(folder, limits).read('x.log')).toBeUndefined();
  });

  test('a folder of it that is ignored as a whole is read as a plain folder', async () => {
    const folder = repository({ '.gitignore': 'out/\n' });
    write(folder, { 'out/a.yaml': 'a' });
    expect((await workTree(join(folder, 'out'), limits).entries()).map((entry) => entry.path)).toEqual(['a.yaml']);
  });

  test('a tracked file or folder that became a link is not followed', async () => {
    const folder = repository({ 'a/b.yaml': 'b', 'c.yaml': 'c' });
    const outside = temporary();
    write(outside, { 'b.yaml': 'secret' });
    rmSync(join(folder, 'a'), { recursive: true });
    rmSync(join(folder, 'c.yaml'));
    symlinkSync(outside, join(folder, 'a'));
    symlinkSync(join(outside, 'b.yaml'), join(folder, 'c.yaml'));
    const tree = workTree(folder, limits);
    expect([await tree.read('a/b.yaml'), await tree.read('c.yaml')]).toEqual([undefined, undefined]);
    await tree.export(['.'], temporary());
    expect(await tree.grep(['secret'], ['.yaml'])).toEqual([]);
  });
});

test('a commit that is not there is named', async () => {
  const folder = repository({ a: 'a' });
  for (const revision of ['nowhere', '1'.repeat(40), '--help', '']) {
    const tree = commitTree({ gitDir: join(folder, '.git') }, revision, limits);
    await expect(tree.entries()).rejects.toMatchObject({ code: 'commit-missing' });
  }
  commit(folder);
});
