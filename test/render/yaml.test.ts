import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { mappingsOf } from '../../src/render/yaml.ts';

/** An alias of nothing is no error to the library before it is followed. */
function followed(document: { toJS(): unknown }): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** What the full reader makes of a text. */
function reference(text: string): unknown {
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, ''), {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document, index) => {
    if (document.errors.length > 0) return [];
    const value = followed(document);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? [{ index, value }] : [];
  });
}

test('a chart or kustomization is read in the quick way as in the full one', () => {
  const key = fc.constantFrom('name', 'resources', 'a b', 'on', '1', 'version', 'images');
  const value = fc.oneof(
    fc.constantFrom('on', '1.10', '0777', '1_0', '~', '', 'a: b', '# c', '../base', '0x1f', '1e3', '.5', '<<', 'y'),
    fc.integer(),
    fc.boolean(),
    fc.string({ maxLength: 8 }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      value,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    ),
  }));
  const front = fc.constantFrom('', '---\n', '# note\n', '---\n# note\n', '\n', '%YAML 1.1\n---\n');
  const back = fc.constantFrom('', '\n', '---\n', '...\n', '---\nb: 1\n', '# end', '\t', '\r\n', '\u0085', 'x');
  fc.assert(
    fc.property(front, fc.dictionary(key, tree, { maxKeys: 4 }), back, (before, map, after) => {
      const text = before + stringify(map, { version: '1.1' }) + after;
      expect(mappingsOf(text)).toEqual(reference(text));
    }),
  );
});

test('lines of any kind are read in the quick way as in the full one', () => {
  const line = fc.constantFrom(
    ...['a: 1', 'b:', '  c: d', '- e', '  - f: g', 'h: |', '  text', '---', '...', '# i', '', 'a: &x 1', 'j: *x'],
    ...[
      "k: 'l",
      "m'",
      'n: [o, p]',
      'q: {r: s}',
      '<<: {t: u}',
      '? v',
      'w: !!str 1',
      'x: >-',
      '\tz',
      'a: 2',
      'just text',
    ],
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      expect(mappingsOf(lines.join('\n'))).toEqual(reference(lines.join('\n')));
    }),
    { numRuns: 500 },
  );
});

test('a scalar that the patterns of the reader cannot hold is left out, like any fault', () => {
  // `1:1:1…` may be a number in base 60.
  expect(mappingsOf(`1${':1'.repeat(2 ** 23)}`)).toEqual([]);
});
