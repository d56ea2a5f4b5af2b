import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultLimits } from '../../src/settings.ts';
import { commitTree } from '../../src/tree/commit-tree.ts';
import type { GitTree } from '../../src/tree/files.ts';
import { commitPair, treesOf } from '../../src/tree/pair.ts';
import { mergeBase, rangeOf, resolveCommit } from '../../src/tree/repository.ts';
import { commit, oddTree, removeTemporary, repository, run, temporary, type Odd } from './repository.ts';

afterAll(removeTemporary);

/** What can be asked of a tree; sizes apart, which a tree that is told from another learns when it reads. */
async function everything(tree: GitTree): Promise<unknown> {
  const entries = await tree.entries();
  const paths = entries.map(({ path }) => path);
  return {
    entries: entries.map(({ path, type, oid }) => ({ path, type, oid })),
    contents: [...(await tree.readMany(paths))].map(([path, content]) => [path, content.toString()]),
    hits: await tree.grep(['needle'], ['.yaml', 'x']),
    refused: await tree.refused(),
    digest: await tree.digest(['.']),
    exported: await tree.export(['.'], temporary()),
  };
}

const names = ['a', 'a/b', 'a.yaml', 'a/b/c.yaml', 'x', 'x.yaml', 'z/x', 'z/y.yaml', '.git', 'e\u0007.yaml'];
const content = fc.constantFrom('one', 'a needle', 'two\nlines', '');
const entry = fc.record({
  mode: fc.constantFrom<Odd['mode']>('100644', '100644', '100644', '100755', '120000', '160000'),
  content,
});
type Files = Record<string, { mode: Odd['mode']; content: string }>;
const files: fc.Arbitrary<Files> = fc.dictionary(fc.constantFrom(...names), entry, { maxKeys: 7 });

test('a base told from the head answers like the base itself, whatever changed between them', async () => {
  const folder = repository();
  const gitDir = join(folder, '.git');
  const made = (tree: Files): string => run(folder, ['commit-tree', '-m', 'odd', treeOf(folder, tree)]);
  await fc.assert(
    fc.asyncProperty(files, files, async (one, other) => {
      const [base, head] = [made(one), made({ ...one, ...other })];
      const pair = treesOf(commitPair({ gitDir }, base, head), defaultLimits);
      expect(await everything(pair.base)).toEqual(await everything(commitTree({ gitDir }, base, defaultLimits)));
      const back = treesOf(commitPair({ gitDir }, head, base), defaultLimits);
      expect(await everything(back.base)).toEqual(await everything(commitTree({ gitDir }, head, defaultLimits)));
    }),
    { numRuns: 12 },
  );
});

/** A tree object of the files, names with slashes in folders; a name can be a file and a folder, as git's own commands would not make it. */
function treeOf(folder: string, tree: Files): string {
  const groups = Map.groupBy(Object.entries(tree), ([path]) => path.split('/')[0] ?? '');
  const odd = [...groups].flatMap(([name, members]): Odd[] => {
    const own = members.flatMap(([path, { mode, content: text }]): Odd[] => {
      if (path !== name) return [];
      return [mode === '160000' ? { name, mode, oid: '1'.repeat(40) } : { name, mode, content: text }];
    });
    const below = members.flatMap(([path, one]) =>
      path === name ? [] : [[path.slice(name.length + 1), one] as const],
    );
    if (below.length === 0) return own;
    return [...own, { mode: '40000', name, oid: treeOf(folder, Object.fromEntries(below)) }];
  });
  const order = ({ mode, name }: Odd): string => `${name.toString()}${mode === '40000' ? '/' : ''}`;
  return oddTree(
    folder,
    odd.sort((one, other) => (order(one) < order(other) ? -1 : 1)),
  );
}

test('a head and its base are listed and searched once', async () => {
  const folder = repository({ 'a.yaml': 'needle', 'b.yaml': 'plain', 'c.yaml': 'needle' });
  const base = run(folder, ['rev-parse', 'HEAD']);
  const head = commit(folder, { 'b.yaml': 'needle', 'a.yaml': 'plain' });
  const pair = commitPair({ gitDir: join(folder, '.git') }, base, head);
  const trees = treesOf(pair, defaultLimits);
  expect(await trees.base.grep(['needle'], ['.yaml'])).toEqual(['a.yaml', 'c.yaml']);
  expect(await trees.head.grep(['needle'], ['.yaml'])).toEqual(['b.yaml', 'c.yaml']);
  expect((await pair.changes).map(({ path }) => path)).toEqual(['a.yaml', 'b.yaml']);
  const [ofHead, ofBase] = [await trees.head.entries(), await trees.base.entries()];
  expect(ofBase.map((one, index) => one.oid === ofHead[index]?.oid)).toEqual([false, false, true]);
});

test('a file of the base that is over the limit is refused as one of the head is', async () => {
  const folder = repository({ 'a.yaml': 'x'.repeat(300) });
  const base = run(folder, ['rev-parse', 'HEAD']);
  const head = commit(folder, { 'a.yaml': 'y' });
  const limits = { ...defaultLimits, fileBytes: 200 };
  const trees = treesOf(commitPair({ gitDir: join(folder, '.git') }, base, head), limits);
  await expect(trees.base.read('a.yaml')).rejects.toMatchObject({ code: 'file-too-large' });
  expect((await trees.head.read('a.yaml'))?.toString()).toBe('y');
});

test('a range is what the revisions mean one by one, the first of several merge bases included', async () => {
  const folder = repository({ a: '1' });
  run(folder, ['switch', '-q', '-c', 'left']);
  commit(folder, { b: '2' });
  run(folder, ['switch', '-q', '-c', 'right', 'main']);
  commit(folder, { c: '3' });
  run(folder, ['merge', '-q', '--no-edit', 'left']);
  run(folder, ['switch', '-q', 'left']);
  run(folder, ['merge', '-q', '--no-edit', 'right~1']);
  commit(folder, { d: '4' });
  for (const [base, head] of [
    ['main', 'left'],
    ['left', 'right'],
    ['right', 'left'],
    ['left', 'left'],
    ['left~1', 'HEAD'],
  ] as const) {
    const range = await rangeOf(folder, base, head);
    const repository = { gitDir: join(folder, '.git') };
    const [one, other] = [await resolveCommit(repository, base), await resolveCommit(repository, head)];
    expect([range?.base, range?.head, range?.from]).toEqual([one, other, await mergeBase(repository, one, other)]);
  }
});

test('a range that one call cannot tell is not guessed', async () => {
  const folder = repository({ a: '1' });
  run(folder, ['switch', '-q', '--orphan', 'other']);
  commit(folder, { b: '2' });
  for (const [base, head] of [
    ['nowhere', 'main'],
    ['main', 'nowhere'],
    ['main', 'other'],
    ['main..other', 'main'],
    ['--all', 'main'],
    ['main', '^main'],
    [':/change', 'main'],
  ] as const)
    expect([base, head, await rangeOf(folder, base, head)]).toEqual([base, head, undefined]);
  expect(await rangeOf(temporary(), 'main', 'main')).toBeUndefined();
});
