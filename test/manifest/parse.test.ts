import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { readBlock } from '../../src/manifest/block-reader.ts';
import { readNodes } from '../../src/manifest/node-reader.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resolvePlain } from '../../src/manifest/scalar.ts';

const values = (text: string): unknown[] => parseManifests(text).documents.map((document) => document.value);
const fault = (text: string): string =>
  parseManifests(text)
    .faults.map(({ line, message }) => `${line}: ${message}`)
    .join('\n');

describe('scalars are read as go-yaml reads them', () => {
  test.each<[string, unknown]>([
    ['yes', true],
    ['on', true],
    ['Off', false],
    ['y', true],
    ['yEs', 'yEs'],
    ['~', null],
    ['0777', 511],
    ['0o777', 511],
    ['08', 8],
    ['0x1F', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['_1', '_1'],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1:20', '1:20'],
    ['2001-01-01', '2001-01-01'],
    ['0x10000000000000000', '0x10000000000000000'],
    ['18446744073709551616', 18446744073709551616],
    ['<<', '<<'],
  ])('%s', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
    expect(values(`k: ${text}\n`)).toEqual([{ k: value }]);
  });

  test.each<[string, unknown]>([
    ['!!str yes', 'yes'],
    ['!!int "3"', 3],
    ['!!binary aGk=', 'hi'],
    ['!custom 12', '12'],
    ['"yes"', 'yes'],
  ])('%s', (text, value) => {
    expect(values(`k: ${text}\n`)).toEqual([{ k: value }]);
  });

  test('keys become text as in JSON', () => {
    expect(values('yes: 1\n0777: 2\n1.5: 3\n')).toEqual([{ true: 1, 511: 2, 1.5: 3 }]);
    expect(fault('~: 1\n')).toMatch(/^1: The key of a mapping is null/);
  });
});

describe('mappings behave as in go-yaml', () => {
  test('the last of two equal keys wins, and where it stands is known', () => {
    const [document] = parseManifests('a: 1\nb:\n  c: 1\n  c: 2\na: 3\n').documents;
    expect(document!.value).toEqual({ a: 3, b: { c: 2 } });
    expect(document!.repeated).toEqual([
      { key: 'c', path: ['b', 'c'] },
      { key: 'a', path: ['a'] },
    ]);
    expect(document!.repeated.map(({ path }) => document!.locate(path).startLine)).toEqual([4, 5]);
  });

  test.each([
    ['items: [{a: 1}, {b: 1, b: 2}]\n', [['items', 1, 'b']]],
    ['- a\n', undefined],
    ['l:\n- a: 1\n  b: 1\n  a: 2\n- c: 1\n', [['l', 0, 'a']]],
    // Said once, however often it stands there.
    ['a: 1\na: 2\na: 3\n', [['a']]],
    // What a later one replaced is not there to be pointed at.
    ['a: {x: 1, x: 2}\na: 3\n', [['a']]],
    ['a: &x {k: 1, k: 2}\nb: *x\n', [['a', 'k']]],
  ])('of %j, repeated are %j', (text, paths) => {
    expect(parseManifests(text).documents[0]?.repeated.map(({ path }) => path)).toEqual(paths);
  });

  test('a merge key replaces what is above it and yields to what is below', () => {
    expect(values('x: &x {p: 1, q: 1}\nz:\n  p: 0\n  <<: *x\n  q: 2\n')[0]).toMatchObject({ z: { p: 1, q: 2 } });
  });

  test('a %YAML directive changes nothing', () => {
    expect(values('%YAML 1.2\n---\na: yes\nb: 0777\n')).toEqual([{ a: true, b: 511 }]);
  });

  test('keys called __proto__ stay keys', () => {
    for (const text of ['__proto__: {x: 1}\n', '? __proto__\n: {x: 1}\n', 'a: {__proto__: 1}\n']) {
      const [value] = values(text) as Record<string, unknown>[];
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(({} as Record<string, unknown>).x).toBeUndefined();
      expect(JSON.stringify(value)).toContain('__proto__');
    }
  });
});

describe('streams', () => {
  test('a fault in one document does not lose the others', () => {
    const { documents, faults } = parseManifests('a: 1\n---\nb: [\n---\nc: 3\n');
    expect(documents.map(({ index, value, line }) => [index, value, line])).toEqual([
      [0, { a: 1 }, 1],
      [2, { c: 3 }, 5],
    ]);
    expect(faults).toEqual([expect.objectContaining({ index: 1 })]);
    expect(faults[0]!.line).toBeGreaterThanOrEqual(3);
    expect(faults[0]!.line).toBeLessThanOrEqual(4);
  });

  test('comments before a document are kept, empty documents are none, others are strays', () => {
    const parsed = parseManifests(
      '# head\n---\n# Source: chart/templates/a.yaml\na: 1\n---\n# nothing\n---\n- x\n---\ntext\n',
    );
    expect(parsed.documents.map(({ comments, index }) => [index, comments])).toEqual([
      [0, ['Source: chart/templates/a.yaml']],
    ]);
    expect(parsed.strays.map(({ type, line }) => [type, line])).toEqual([
      ['list', 8],
      ['scalar', 10],
    ]);
  });

  test('byte order mark and CRLF are not part of the text', () => {
    const [document] = parseManifests('\ufeffa: |\r\n  x\r\n  y\r\nb: 1\r\n').documents;
    expect(document!.value).toEqual({ a: 'x\ny\n', b: 1 });
    expect(document!.locate(['b'])).toEqual({ startLine: 4, startColumn: 1, endLine: 4, endColumn: 5 });
  });

  test.each([
    ['NUL', 'a: "\0"\n', /U\+0000/],
    ['a lone carriage return', '# x\rprivileged: true\n', /U\+000D/],
    ['a line separator in a comment', '# x\u2028privileged: true\n', /U\+2028/],
    ['a lone surrogate', 'a: "\ud800"\n', /U\+D800/],
    ['a tab for indentation', 'a:\n\tb: 1\n', /^2: /],
    ['a marker with text on it', 'a: 1\n---kind: Pod\n', /^2: A line that begins with ---/],
    ['an undefined alias', 'a: *b\n', /^1: An alias has no anchor above it/],
    ['an anchor inside itself', 'a: &a [*a]\n', /stands inside of what it stands for/],
    ['infinity', 'a: .inf\n', /not a number/],
    ['a list entry that readers disagree about', 'a: [b:]\n', /readers disagree/],
  ])('%s is a fault', (_, text, message) => {
    expect(fault(text)).toMatch(message);
  });

  test('10,000 documents are read, each with its lines', () => {
    const { documents } = parseManifests('---\na: 1\n'.repeat(10_000));
    expect(documents).toHaveLength(10_000);
    expect(documents[9_999]!.locate(['a']).startLine).toBe(20_000);
  });

  test('an alias bomb is a fault, ten thousand aliases of one value are not', () => {
    const bomb = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]'];
    for (const [index, name] of ['b', 'c', 'd', 'e', 'f', 'g', 'h'].entries())
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`);
    expect(fault(bomb.join('\n'))).toMatch(/Excessive aliasing/);
    expect(fault(`a: &a {x: 1}\nb:\n${'- *a\n'.repeat(10_000)}`)).toBe('');
  });

  test('deep nesting is a fault, not a crash', () => {
    expect(fault(`a: ${'['.repeat(20_000)}`)).not.toBe('');
    expect(fault(`a: ${'['.repeat(3_000)}${']'.repeat(3_000)}`)).toMatch(/Nested deeper than 500 levels/);
    expect(fault(`a: ${'['.repeat(300)}${']'.repeat(300)}`)).toBe('');
  });

  test('40,000 keys, many of them equal, are read in linear time', () => {
    const lines = Array.from({ length: 40_000 }, (_, index) => `k${index % 30_000}: !!int 1\n`).join('');
    const start = performance.now();
    expect(parseManifests(lines).documents[0]!.repeated).toHaveLength(100);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('locate', () => {
  const text = `---
# Source: x
kind: Pod
spec:
  containers:
    - name: app
      ports: [{containerPort: 80}, {containerPort: 81}]
    -
      name: other
  base: &base
    x: 1
  over:
    <<: *base
`;
  const [document] = parseManifests(text).documents;
  const line = (...path: (string | number)[]): number => document!.locate(path).startLine;

  test('finds keys, items by their dash, merged keys where they are written', () => {
    expect(line('spec', 'containers', 0)).toBe(6);
    expect(line('spec', 'containers', 0, 'ports', 1, 'containerPort')).toBe(7);
    expect(line('spec', 'containers', 1)).toBe(8);
    expect(line('spec', 'containers', 1, 'name')).toBe(9);
    expect(line('spec', 'over', 'x')).toBe(11);
  });

  test('a missing path is at its deepest ancestor', () => {
    expect(line('spec', 'containers', 0, 'securityContext', 'privileged')).toBe(6);
    expect(line('status')).toBe(3);
  });

  test('a mapping reaches from its key to the end of its value', () => {
    expect(document!.locate(['spec', 'containers'])).toEqual({
      startLine: 5,
      startColumn: 3,
      endLine: 9,
      endColumn: 18,
    });
  });
});

/** Text that is awkward in YAML, in bits. */
const bits = [
  'a',
  'yes',
  '1',
  '0777',
  ' ',
  '  ',
  '\n',
  '\n\n',
  ': ',
  ':',
  '- ',
  '-',
  ' #',
  '#',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  '|',
  '>',
  '&a',
  '*a',
  '!',
  '%',
  '~',
  '\t',
  '\\',
  '<<',
  '.',
  'é',
  '?',
  '@',
  '$',
  '0x1',
];
const awkward = fc.array(fc.constantFrom(...bits), { maxLength: 6 }).map((parts) => parts.join(''));
const scalar = fc.oneof(
  awkward,
  fc.string(),
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
  fc.constantFrom('on', '1_0', '.5', '1:20'),
);
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(awkward, fc.constantFrom('name', 'image', '.dockerconfigjson', 'a.b/c', 'on')),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}));

describe('the two readers agree', () => {
  const agree = (text: string): boolean => {
    const fast = readBlock(text, true);
    if (fast === undefined) return false;
    const full = readNodes(text);
    expect(full.value).toEqual(fast.value);
    expect(full.repeated).toEqual(fast.repeated);
    expect(full.mark).toEqual(fast.mark);
    return true;
  };

  test('on whatever a YAML printer writes', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.dictionary(awkward, json, { minKeys: 1 }), fc.boolean(), (value, wide) => {
        const text = stringify(value, { version: '1.1', lineWidth: wide ? 0 : 20, aliasDuplicateObjects: false });
        if (agree(text.endsWith('\n') ? text : `${text}\n`)) read += 1;
      }),
      { numRuns: 400 },
    );
    expect(read).toBeGreaterThan(50);
  });

  test('on lines put together at random', () => {
    let read = 0;
    const line = fc.tuple(
      fc.constantFrom(0, 0, 2, 4),
      fc.constantFrom('', 'k:', 'a: ', 'b: ', '- ', '- a: ', '"q": ', '- - '),
      awkward,
      fc.constantFrom('', ' # c', ' '),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        const text = `${lines.map(([indent, key, rest, end]) => ' '.repeat(indent) + key + rest + end).join('\n')}\n`;
        if (/^(?:---|\.\.\.|%)/m.test(text)) return;
        if (agree(text)) read += 1;
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(50);
  });
});
