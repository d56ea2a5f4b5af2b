import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  calicoEquality,
  calicoSelects,
  equalitySelector,
  labelIndex,
  labelSelector,
  selects,
  withoutRuntimeLabels,
  type JsonMap,
} from '../../src/check.ts';

const web = { app: 'web', tier: 'front' };

describe('a label selector', () => {
  test.each<[string, JsonMap, boolean]>([
    ['without conditions selects everything', {}, true],
    ['asks for every label of matchLabels', { matchLabels: { app: 'web', tier: 'back' } }, false],
    ['reads In', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] }, true],
    ['reads NotIn', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    ['takes a missing label for NotIn', { matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['1'] }] }, true],
    ['reads Exists', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true],
    ['reads DoesNotExist', { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
    ['with an unknown operator selects nothing', { matchExpressions: [{ key: 'app', operator: 'Is' }] }, false],
    ['with In and no values selects nothing', { matchExpressions: [{ key: 'app', operator: 'In' }] }, false],
    ['with a condition of the wrong type selects nothing', { matchExpressions: ['app'] }, false],
  ])('%s', (_, value, expected) => {
    expect(selects(labelSelector(value)!, web)).toBe(expected);
  });

  test.each([undefined, null, 'app', []])('that is %p is none', (value) => {
    expect(labelSelector(value)).toBeUndefined();
  });

  test('does not find labels on the prototype', () => {
    expect(selects(labelSelector({ matchExpressions: [{ key: 'toString', operator: 'Exists' }] })!, web)).toBe(false);
  });

  test('leaves out what only the running cluster knows', () => {
    const selector = equalitySelector({ app: 'web', 'statefulset.kubernetes.io/pod-name': 'web-0' });
    expect(selects(selector, web)).toBe(false);
    expect(selects(withoutRuntimeLabels(selector), web)).toBe(true);
  });
});

describe('a Calico selector', () => {
  test.each<[string, boolean | undefined]>([
    ['', true],
    ['all()', true],
    ["app == 'web'", true],
    ['app == "web" && tier != "back"', true],
    ["app == 'api' || has(tier)", true],
    ["!(app == 'web')", false],
    ['!has(other)', true],
    ["app in {'api', 'web'}", true],
    ["app not in {'api', 'web'}", false],
    ["tier contains 'ron' && tier starts with 'f' && tier ends with 't'", true],
    ["other == 'x' || !has(app)", false],
    ['app ==', undefined],
    ['app is web', undefined],
    ["app == 'web')", undefined],
    ['('.repeat(1000), undefined],
  ])('%p is judged as %p', (text, expected) => {
    expect(calicoSelects(text, web)).toBe(expected);
  });

  test('that is a conjunction of equalities says the same as its requirements', () => {
    const word = fc.stringMatching(/^[a-c]$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 3 }),
        fc.dictionary(word, word),
        (pairs, labels) => {
          const text = pairs.map(([key, value]) => `${key} == '${value}'`).join(' && ');
          expect(selects(calicoEquality(text)!, labels)).toBe(calicoSelects(text, labels));
        },
      ),
    );
  });

  test('of any text ends without an error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect([true, false, undefined]).toContain(calicoSelects(text, web));
      }),
    );
  });
});

test('the index finds what a look at every item finds', () => {
  const word = fc.stringMatching(/^[a-c]$/);
  const item = fc.record({ namespace: word, labels: fc.dictionary(word, word) });
  const condition = fc.record({
    key: word,
    operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
    values: fc.array(word, { maxLength: 2 }),
  });
  fc.assert(
    fc.property(
      fc.array(item),
      fc.option(word, { nil: undefined }),
      fc.record({ matchLabels: fc.dictionary(word, word), matchExpressions: fc.array(condition, { maxLength: 2 }) }),
      (items, namespace, value) => {
        const selector = labelSelector(value)!;
        const index = labelIndex(
          items,
          (one) => one.namespace,
          (one) => one.labels,
        );
        expect(index(namespace, selector)).toEqual(
          items.filter(
            (one) => (namespace === undefined || one.namespace === namespace) && selects(selector, one.labels),
          ),
        );
      },
    ),
  );
});
