import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TreeEntry } from '../../src/model.ts';
import { edited, listingOf, printedListing, type Listing } from '../../src/tree/listing.ts';
import { packed } from '../../src/tree/packed.ts';
import { entriesOf } from '../../src/tree/records.ts';

const modes = { file: '100644 blob', symlink: '120000 blob', submodule: '160000 commit' } as const;

/** As `ls-tree -r -z -l` prints it. */
function printed(entries: readonly TreeEntry[]): string {
  return entries
    .map(({ path, type, oid, size }) => `${modes[type]} ${oid} ${String(size).padStart(7)}\t${path}\0`)
    .join('');
}

const plainPart = fc.constantFrom(
  'a',
  'b',
  'a.yaml',
  'a-b',
  'ab',
  'Chart.yaml',
  'Chart.yaml0',
  'templates',
  '.github',
  'a b',
  'X',
);
const anyPart = fc.oneof(
  { weight: 12, arbitrary: plainPart },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '.git',
      '.GIT ',
      '..',
      '.',
      '',
      'git~1',
      'ü',
      '\u{1f600}',
      '\uff5e',
      'a\tb',
      'a\\b',
      'a:b',
      '\n',
      '.git. .',
      'é'.repeat(100),
      'x'.repeat(260),
    ),
  },
);
const path = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const entry = (part: fc.Arbitrary<string>): fc.Arbitrary<TreeEntry> =>
  fc
    .record({
      path: path(part),
      type: fc.constantFrom<TreeEntry['type']>('file', 'file', 'file', 'symlink', 'submodule'),
      size: fc.nat(10_000_000),
      oid: fc.nat(15).map((digit) => digit.toString(16).repeat(40)),
    })
    .map((one) => (one.type === 'submodule' ? { ...one, size: 0 } : one));
/** In git's order (by bytes), or in none, and then some paths twice. */
const entries = (part: fc.Arbitrary<string>): fc.Arbitrary<TreeEntry[]> =>
  fc
    .record({ list: fc.array(entry(part), { maxLength: 30 }), inOrder: fc.boolean() })
    .map(({ list, inOrder }) =>
      inOrder
        ? [...new Map(list.map((one) => [one.path, one])).values()].sort((a, b) =>
            Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
          )
        : list,
    );

/** What can be asked of a listing, about its own paths and those around them. */
function answers(listing: Listing, paths: readonly string[]): unknown {
  const asked = [
    '',
    '.',
    'a',
    'a/',
    './a',
    ...paths,
    ...paths.map((one) => `${one}0`),
    ...paths.map((one) => one.split('/').slice(0, -1).join('/')),
  ];
  return {
    entries: listing.entries,
    refused: listing.refused,
    special: listing.special(),
    beside: ['templates', 'a', 'a-b'].flatMap((name) =>
      ['Chart.yaml', 'a', 'templates'].map((file) => listing.alwaysBeside(name, file)),
    ),
    each: asked.map((one) => [
      one,
      listing.find(one),
      listing.next(one),
      listing.below(one),
      listing.named(one.split('/').at(-1) ?? ''),
    ]),
  };
}

describe('a listing kept as the text that git prints', () => {
  for (const [kind, part] of [
    ['plain names', plainPart],
    ['any names', anyPart],
  ] as const)
    test(`answers as one made of entries does, with ${kind}`, () => {
      fc.assert(
        fc.property(entries(part), path(part), (list, more) => {
          const text = printed(list);
          expect(answers(printedListing(Buffer.from(text)), [...list.map((one) => one.path), more])).toEqual(
            answers(listingOf(list), [...list.map((one) => one.path), more]),
          );
        }),
      );
    });

  for (const [kind, part] of [
    ['plain names', plainPart],
    ['any names', anyPart],
  ] as const)
    test(`is edited to what the other version lists, with ${kind}`, () => {
      fc.assert(
        fc.property(
          entries(plainPart),
          entries(part),
          fc.array(path(part), { maxLength: 4 }),
          (before, changed, gone) => {
            const from = printedListing(Buffer.from(printed(before)));
            fc.pre(from.packed !== undefined);
            const edits = new Map<string, TreeEntry | undefined>(gone.map((one) => [one, undefined]));
            for (const one of before.slice(0, 3)) edits.set(one.path, undefined);
            for (const one of changed) edits.set(one.path, { ...one, size: 0 });
            const now = new Map(before.map((one) => [one.path, one]));
            for (const [one, edit] of edits) {
              if (edit === undefined) now.delete(one);
              else now.set(one, edit);
            }
            const paths = [...before, ...changed].map((one) => one.path);
            expect(answers(edited(from, edits), paths)).toEqual(answers(listingOf([...now.values()]), paths));
          },
        ),
      );
    });

  test('is made of plain names in order, and of nothing else', () => {
    const of = (...paths: string[]): boolean =>
      packed(Buffer.from(printed(paths.map((one) => ({ path: one, type: 'file', size: 1, oid: 'a'.repeat(40) }))))) !==
      undefined;
    expect(of()).toBe(true);
    expect(of('.github/plimsoll.yml', 'a', 'a-b', 'b/a b (1).yaml', 'b/c')).toBe(true);
    const refused = [
      ['b', 'a'],
      ['a', 'a'],
      ['a', 'a-b', 'a/b'],
      ['.git/x'],
      ['a/.GIT'],
      ['a/../b'],
      ['a\tb'],
      ['ü'],
      ['a\\b'],
      ['git~1'],
      ['x'.repeat(256)],
    ];
    for (const paths of refused) expect([paths, of(...paths)]).toEqual([paths, false]);
  });

  test('is read record by record', () => {
    expect(
      entriesOf(`100755 blob ${'1'.repeat(40)}     BAD\ta\x00160000 commit ${'2'.repeat(40)}       -\tb\0`),
    ).toEqual([
      { path: 'a', type: 'file', size: 0, oid: '1'.repeat(40) },
      { path: 'b', type: 'submodule', size: 0, oid: '2'.repeat(40) },
    ]);
  });
});
