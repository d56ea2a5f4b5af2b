import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fieldTokens } from '../../src/render/kustomize/replacements.ts';

test.each([
  ['spec.containers.[name=web].image', ['spec', 'containers', '[name=web]', 'image']],
  ['metadata.annotations.a\\.b/c', ['metadata', 'annotations', 'a.b/c']],
  ['a[b.c]d.e', ['a[b.c]d', 'e']],
  ['a.[b', ['a', '[b']],
  ['', []],
])('%j are the steps of %j', (path, tokens) => {
  expect(fieldTokens(path)).toEqual(tokens);
});

test('the steps of any path are what an expression finds', () => {
  const pieces = fc.array(fc.constantFrom('.', '[', ']', '\\.', '\\]', 'a', '=', 'b.c'), { maxLength: 20 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const path = parts.join('');
      const found = path.match(/(?:\[[^\]]*\]|\\.|[^.\\])+/g) ?? [];
      expect(fieldTokens(path)).toEqual(found.map((token) => token.replaceAll(/\\(.)/g, '$1')));
    }),
  );
});
