import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultLimits } from '../../src/settings.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';
import { resolve } from '../../src/tree/links.ts';
import { nameFault, printable } from '../../src/tree/names.ts';
import { oddCommit, oddTree, removeTemporary, repository, temporary, type Odd } from './repository.ts';

afterAll(removeTemporary);

describe('a tree object can hold any name', () => {
  const refused: [string, string | Buffer][] = [
    ['.git', '.git'],
    ['.GIT', '.GIT'],
    ['git~1', 'GIT~1'],
    ['.git with a dot behind it', '.git. .'],
    ['.git as an NTFS stream', '.git::$INDEX_ALLOCATION'],
    ['.git with a code point HFS+ ignores', '.g\u200cit'],
    ['.git behind a backslash', 'a\\.git'],
    ['..', '..'],
    ['.', '.'],
    ['a line break', 'a\n---\nkind: Secret.yaml'],
    ['a carriage return', 'a\rb'],
    ['an escape sequence', 'a\u001b[2Jb'],
    ['a Unicode line separator', 'a\u2028b'],
    ['NEL', 'a\u0085b'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff])],
    ['256 bytes', 'n'.repeat(256)],
    ['a slash', '../../escape'],
    ['an absolute path', '/tmp/plimsoll-escape'],
  ];

  test.each(refused)('%s is refused, as a file and as a folder, and nothing of it is written', async (_, name) => {
    const folder = repository();
    const inner = oddTree(folder, [{ mode: '100644', name: 'config', content: 'x' }]);
    const odd: Odd[] = [
      { mode: '100644', name: 'ok.yaml', content: 'ok' },
      { mode: '100644', name, content: 'bad' },
    ];
    for (const entries of [odd, [odd[0]!, { mode: '40000', name, oid: inner } as const]]) {
      const tree = commitTree({ gitDir: join(folder, '.git') }, oddCommit(folder, entries), defaultLimits);
      const into = join(temporary(), 'a/b/c');
      const problems = await tree.export(['.'], into);
      expect(problems.map((problem) => problem.code)).toEqual(['file-name-refused']);
      expect(readdirSync(into)).toEqual(['ok.yaml']);
      expect(readdirSync(join(into, '../..'))).toEqual(['b']);
      expect((await tree.entries()).map((entry) => entry.path)).toEqual(['ok.yaml']);
      expect(await tree.grep(['bad', 'x'], [''])).toEqual([]);
    }
  });

  test('a link and a folder of the same name never let a file be written through the link', async () => {
    const folder = repository();
    const outside = temporary();
    const inner = oddTree(folder, [{ mode: '100644', name: 'b', content: 'x' }]);
    for (const target of [outside, 'real']) {
      const head = oddCommit(folder, [
        { mode: '120000', name: 'a', content: target },
        { mode: '40000', name: 'a', oid: inner },
        { mode: '40000', name: 'real', oid: inner },
      ]);
      const tree = commitTree({ gitDir: join(folder, '.git') }, head, defaultLimits);
      const problems = await tree.export(['.'], temporary());
      expect(problems.map((problem) => problem.file)).toContain('a/b');
      expect(readdirSync(outside)).toEqual([]);
    }
  });

  test('a link that another tree left in the folder is not written through', async () => {
    const folder = repository();
    const outside = temporary();
    const inner = oddTree(folder, [{ mode: '100644', name: 'b', content: 'x' }]);
    const head = oddCommit(folder, [{ mode: '40000', name: 'a', oid: inner }]);
    const into = temporary();
    symlinkSync(outside, join(into, 'a'));
    await commitTree({ gitDir: join(folder, '.git') }, head, defaultLimits).export(['a'], into);
    expect([readdirSync(outside), existsSync(join(into, 'a/b'))]).toEqual([[], true]);
  });

  test('a name twice is refused once', async () => {
    const folder = repository();
    const head = oddCommit(folder, [
      { mode: '100644', name: 'a', content: '1' },
      { mode: '120000', name: 'a', content: '/etc/passwd' },
    ]);
    const tree = commitTree({ gitDir: join(folder, '.git') }, head, defaultLimits);
    expect((await tree.entries()).length).toBe(1);
    expect((await tree.refused()).map((problem) => problem.code)).toEqual(['file-name-refused']);
  });

  test('100,000 entries are listed, and refused for export as a whole', async () => {
    const folder = repository();
    const oid = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
    const files = Array.from({ length: 100_000 }, (_, index): Odd => {
      return { mode: '100644', name: `f${String(index).padStart(6, '0')}`, oid };
    });
    const tree = commitTree({ gitDir: join(folder, '.git') }, oddCommit(folder, files), defaultLimits);
    const into = temporary();
    const [problem] = await tree.export(['.'], into);
    expect(problem).toMatchObject({ code: 'too-many-files' });
    expect(problem?.message).toContain('100000 files are more than the 20000');
    expect(readdirSync(into)).toEqual([]);
  });
});

test('no accepted name has a control character, a .git or a .. in it, and no printed one a control character', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('.git', '..', '.GiT ', '/', '\n')), {
        maxLength: 5,
      }),
      (parts) => {
        const path = parts.join('/');
        expect(printable(path)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        if (nameFault(path) !== undefined) return;
        expect(path).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        for (const name of path.split('/')) expect(['', '.', '..', '.git']).not.toContain(name.toLowerCase().trim());
      },
    ),
  );
});

test('ordinary names are accepted', () => {
  for (const path of [
    '.github/plimsoll.yml',
    '.gitignore',
    'a b/ü.yaml',
    '-f',
    'a..b',
    'x/.gitkeep',
    'foo\\x2dbar.service',
  ])
    expect([path, nameFault(path)]).toEqual([path, undefined]);
});

test('whatever links a tree holds, a path ends inside of it or nowhere', () => {
  const part = fc.constantFrom('a', 'b', 'c', '..', '.', '');
  const path = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'a/b', 'b/c', 'c/a'), path), path, (links, from) => {
      const resolved = resolve(from, (at) => {
        const target = links[at];
        return target === undefined ? (at.split('/').length > 3 ? undefined : 'folder') : { target };
      });
      if ('path' in resolved) expect(resolved.path.split('/')).not.toContain('..');
      if ('path' in resolved) expect(resolved.path.startsWith('/')).toBe(false);
    }),
  );
});

test('a link without a target is named and does not end the export', async () => {
  const folder = repository();
  const tree = commitTree(
    { gitDir: join(folder, '.git') },
    oddCommit(folder, [
      { mode: '100644', name: 'a.yaml', content: 'a' },
      { mode: '120000', name: 'empty', content: '' },
    ]),
    defaultLimits,
  );
  const into = temporary();
  expect((await tree.export(['.'], into)).map(({ code, file }) => [code, file])).toEqual([['symlink-broken', 'empty']]);
  expect(readdirSync(into)).toEqual(['a.yaml']);
});
