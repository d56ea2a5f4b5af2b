import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments, stringify, type DocumentOptions, type ToStringOptions } from 'yaml';
import { applyEdits } from '../../src/analyze/edit.ts';
import { spliced } from '../../src/analyze/suggest/splice.ts';
import { yamlText, type YamlChange } from '../../src/analyze/suggest/yaml-text.ts';
import type { Json, JsonMap, Path } from '../../src/model.ts';
import { dig } from '../../src/subjects/values.ts';

/** The text with changes made; a path alone takes the value out. */
function changed(text: string, ...changes: (readonly [Path, Json] | readonly [Path])[]): string | undefined {
  const splices = yamlText(text).splices(
    changes.map(([path, value]): YamlChange =>
      value === undefined
        ? { place: { document: 0, path }, op: 'remove' }
        : { place: { document: 0, path }, op: 'set', value },
    ),
  );
  return splices === undefined ? undefined : spliced(text, splices);
}

const pod = `apiVersion: v1
spec: # of the pod
  # the only one
  containers:
    - name: app # short
      image: x
    - args: [a]
      securityContext: {} # none yet
      #  runAsUser: 1
    - name: z
      securityContext:
        # because
        privileged: "true" # bad
        add:
          - A
          # second
          - B
`;

describe('a value that is there', () => {
  test('is replaced alone, its quotes and its comment kept', () => {
    expect(changed(pod, [['spec', 'containers', 2, 'securityContext', 'privileged'], 'false'])).toBe(
      pod.replace('"true" # bad', '"false" # bad'),
    );
    expect(changed(pod, [['spec', 'containers', 2, 'securityContext', 'privileged'], false])).toBe(
      pod.replace('"true" # bad', 'false # bad'),
    );
  });

  test('becomes a list or a mapping in block style', () => {
    expect(changed('a:\n  drop: none\n  b: 1\n', [['a', 'drop'], ['ALL']])).toBe('a:\n  drop:\n    - ALL\n  b: 1\n');
    expect(changed('a: none\n', [['a'], { type: 'X' }])).toBe('a:\n  type: X\n');
  });

  test('is taken out with its line; what would be left empty says so', () => {
    const at = ['spec', 'containers', 2, 'securityContext', 'add'];
    expect(changed(pod, [[...at, 0]])).toBe(pod.replace('          - A\n', ''));
    expect(changed('a:\n  b:\n    - x\n', [['a', 'b', 0]])).toBe('a:\n  b:\n    []\n');
    expect(changed('l:\n  - a: 1\n    b: 2\n', [['l', 0, 'a']])).toBe('l:\n  - b: 2\n');
    expect(changed('a: {b: 1, c: 2}\n', [['a', 'b']])).toBe('a: {c: 2}\n');
  });
});

describe('a value that is missing', () => {
  test('goes below the line that opens its mapping, as deep as what is there', () => {
    expect(changed(pod, [['spec', 'hostPID'], false])).toBe(
      pod.replace('# of the pod\n', '# of the pod\n  hostPID: false\n'),
    );
    expect(changed('a:\n    b: 1\n', [['a', 'c', 'd'], true])).toBe('a:\n    c:\n        d: true\n    b: 1\n');
  });

  test('goes below the first entry of an item', () => {
    expect(changed(pod, [['spec', 'containers', 0, 'securityContext', 'privileged'], false])).toBe(
      pod.replace('# short\n', '# short\n      securityContext:\n        privileged: false\n'),
    );
  });

  test('fills an empty mapping, and the comments behind it stay', () => {
    expect(changed(pod, [['spec', 'containers', 1, 'securityContext', 'privileged'], false])).toBe(
      pod.replace('securityContext: {} # none yet\n', 'securityContext: # none yet\n        privileged: false\n'),
    );
    expect(changed('a:\nb: 1\n', [['a', 'c'], 1])).toBe('a:\n  c: 1\nb: 1\n');
  });

  test('meets others that go into the same mapping', () => {
    const at = ['spec', 'containers', 0, 'securityContext'];
    expect(changed(pod, [[...at, 'a'], false], [[...at, 'b'], { c: 1 }], [[...at, 'b', 'd'], 2])).toContain(
      '# short\n      securityContext:\n        a: false\n        b:\n          c: 1\n          d: 2\n      image: x\n',
    );
  });

  test('is written as the text around it: braces, JSON, line breaks', () => {
    expect(changed('a: {b: 1}\n', [['a', 'c'], { d: 'x' }])).toBe('a: {b: 1, c: { d: x }}\n');
    expect(changed('{"a": {}, "b": [1]}', [['a', 'c'], 'x'])).toBe('{"a": { "c": "x" }, "b": [1]}');
    expect(changed('a:\r\n  b: 1\r\n', [['a', 'c'], 1])).toBe('a:\r\n  c: 1\r\n  b: 1\r\n');
    expect(changed('\uFEFFa:\n  b: 1\n', [['a', 'c'], 1])).toBe('\uFEFFa:\n  c: 1\n  b: 1\n');
  });

  test('goes to the end of a document', () => {
    expect(changed('kind: X\nmetadata:\n  name: a # me\n# end\n', [['automount'], false])).toBe(
      'kind: X\nmetadata:\n  name: a # me\nautomount: false\n# end\n',
    );
  });
});

test('what aliases repeat changes with its anchor', () => {
  expect(changed('a: &x\n  b: 1\nc: *x\n', [['a', 'd'], 2])).toBe('a: &x\n  d: 2\n  b: 1\nc: *x\n');
});

describe('what cannot be done with all else kept is not done', () => {
  test.each([
    ['a mapping that others merge', 'a: &x\n  b: 1\nc:\n  <<: *x\n', ['a', 'd']],
    ['a path through an alias', 'a: &x\n  b: 1\nc: *x\n', ['c', 'd']],
    ['a path through a scalar', 'a: 1\n', ['a', 'b']],
    ['a document with faults', 'a: [\nb: 1\n', ['b']],
    ['an item far behind the last', 'a: [1]\n', ['a', 3]],
  ])('%s', (_, text, path) => {
    expect(changed(text, [path, 2])).toBeUndefined();
  });

  test('two changes that are at odds', () => {
    expect(changed('a: {}\n', [['a', 'b'], 1], [['a', 'b', 'c'], 1])).toBeUndefined();
    expect(changed('a: 1\n', [['a'], 2], [['a'], 3])).toBeUndefined();
  });
});

describe('places', () => {
  const patch = 'patches:\n  - patch: |-\n      - op: add\n        path: /a\n        value: true\n    target: {}\n';

  test('are found inside texts, and changed there', () => {
    const text = yamlText(patch);
    const [place] = text.placesAt(5, 9);
    expect(text.valueAt(place!)).toBe(true);
    expect(spliced(patch, text.splices([{ place: place!, op: 'set', value: false }])!)).toBe(
      patch.replace('value: true', 'value: false'),
    );
    const added = { document: 0, path: ['patches', 0, 'patch'], within: { document: 0, path: [0, 'x', 'z'] } };
    expect(spliced(patch, text.splices([{ place: added, op: 'set', value: 1 }])!)).toBe(
      patch.replace('- op: add\n', '- op: add\n        x:\n          z: 1\n'),
    );
  });

  test('an item comes before its first key', () => {
    expect(
      yamlText('a:\n  - b: 1\n')
        .placesAt(2, 5)
        .map(({ path }) => path),
    ).toEqual([
      ['a', 0],
      ['a', 0, 'b'],
    ]);
  });

  test('of later documents are told apart', () => {
    expect(yamlText('a: 1\n---\na: 2\n').placesAt(3, 1)).toEqual([{ document: 1, path: ['a'] }]);
  });
});

const word = fc.constantFrom('a', 'b', 'name', 'yes', '1', 'a.b/c', 'on', '~', 'é', '- x', '#', 'x: y', '');
const scalar = fc.oneof(fc.boolean(), fc.integer(), word, fc.string(), fc.constant(null));
const { value: anyValue } = fc.letrec<{ value: Json; map: JsonMap }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('map'), fc.array(tie('value'), { maxLength: 3 })),
  map: fc.dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));
const anyMap = fc.dictionary(word, anyValue, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
const styles: (DocumentOptions & ToStringOptions)[] = [
  { version: '1.1' },
  { version: '1.1', indent: 4 },
  { version: '1.1', indentSeq: false },
  { version: '1.1', collectionStyle: 'flow' },
  { version: '1.1', defaultStringType: 'QUOTE_DOUBLE' },
  { version: '1.1', defaultStringType: 'BLOCK_LITERAL' },
];

function read(text: string): unknown {
  return (parseAllDocuments(text, { version: '1.1', logLevel: 'silent' }) as { toJS(): unknown }[])[0]?.toJS();
}

/** Every path of a value. */
function* paths(value: Json, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (Array.isArray(value))
    for (const [index, item] of (value as readonly Json[]).entries()) yield* paths(item, [...path, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) yield* paths(item, [...path, key]);
}

test('a changed document reads as the original with just that path changed, and every other byte is kept', () => {
  let done = 0;
  let asked = 0;
  fc.assert(
    fc.property(
      anyMap,
      fc.constantFrom(...styles),
      fc.boolean(),
      fc.nat(),
      fc.option(anyValue, { nil: undefined }),
      fc.array(word, { maxLength: 2 }),
      (value, style, windows, choice, now, more) => {
        const unix = stringify(value, { lineWidth: 0, ...style }).replaceAll(/^(\S.*)$/gm, '$1');
        const text = windows ? unix.replaceAll('\n', '\r\n') : unix;
        const before = read(text) as JsonMap;
        fc.pre(JSON.stringify(before) === JSON.stringify(value) || windows);
        const all = [...paths(before)];
        const path = [...(all[choice % all.length] ?? []), ...(now === undefined ? [] : more)];
        const after = now === undefined ? changed(text, [path]) : changed(text, [path, now]);
        const whole = now === undefined || more.length === 0 || isMap(dig(before, ...path.slice(0, -more.length)));
        if (whole) asked++;
        if (after === undefined) return;
        if (whole) done++;
        const edit = now === undefined ? { op: 'remove' as const, path } : { op: 'set' as const, path, value: now };
        expect(read(after)).toEqual(applyEdits(before, [edit]));
        const [start, end] = [commonStart(text, after), commonStart(reversed(text), reversed(after))];
        expect(after.slice(0, start) + after.slice(after.length - end)).toBe(
          text.slice(0, start) + text.slice(text.length - end),
        );
      },
    ),
    { numRuns: 800 },
  );
  // Odd keys and texts may be left alone; what people write is not.
  expect(done / asked).toBeGreaterThan(0.8);
});

test('text of any kind is left as it is or changed soundly, and never throws', () => {
  const fragment = fc.constantFrom(
    'a:',
    ' b',
    '- ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '&x',
    '*x',
    '|',
    '>',
    '#c',
    '"',
    "'",
    '---\n',
    '<<: ',
    '? ',
    '!t ',
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 25 }), (parts) => {
      const text = parts.join('');
      const read = yamlText(text);
      for (let line = 1; line <= 4; line++)
        for (const place of read.placesAt(line, 1)) {
          read.valueAt(place);
          read.splices([{ place, op: 'set', value: { c: 1 } }]);
          read.splices([{ place, op: 'remove' }]);
        }
    }),
    { numRuns: 1500 },
  );
});

const nest = (text: string, times: number): string => text.repeat(times);

test.each([
  ['brackets', nest('[', 5000)],
  ['dashes', nest('- ', 5000)],
  [
    'aliases',
    [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 30 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`),
    ].join('\n'),
  ],
])('a bomb of %s is left as it is', (_, text) => {
  const read = yamlText(text);
  for (const place of read.placesAt(1, 1)) read.valueAt(place);
  expect(read.splices([{ place: { document: 0, path: ['a0', 'b'] }, op: 'set', value: 1 }])).toBeUndefined();
});

function isMap(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

function reversed(text: string): string {
  return Array.from({ length: text.length }, (_, index) => text.charAt(text.length - 1 - index)).join('');
}
