import { expect, test } from '@jest/globals';
import { aligned, unexplained } from '../../src/analyze/suggest/unexplained.ts';
import type { Edit, JsonMap, Resource } from '../../src/model.ts';

function object(name: string, more: JsonMap = {}, file = 'a.yaml'): Resource {
  return {
    unit: 'helm:c',
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: '',
    name,
    manifest: { kind: 'Pod', metadata: { name }, ...more },
    origin: { file },
    index: 0,
    locate: () => ({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }),
  };
}

const fix: Edit = { op: 'set', path: ['spec', 'hostNetwork'], value: false };
const before = [object('a', { spec: { hostNetwork: true, x: 1 } }), object('b', { spec: { x: 1 } })];

test('what the fix sets is explained, also where the field is gone; all else is not', () => {
  const wanted = [{ resource: before[0]!, edits: [fix] }];
  const without = [object('a', { spec: { x: 1 } }), before[1]!];
  expect(unexplained(before, without, wanted, [fix])).toEqual([]);
  const more = [object('a', { spec: { hostNetwork: false, x: 2 } }), object('b', { spec: { x: 1 }, y: true })];
  expect(unexplained(before, more, wanted, [fix])).toEqual([
    [0, 'spec', 'x'],
    [1, 'y'],
  ]);
});

test('the same field of another object may be set to the same value, and to no other', () => {
  const wanted = [{ resource: before[0]!, edits: [fix] }];
  const other = (hostNetwork: boolean): Resource[] => [
    object('a', { spec: { hostNetwork: false, x: 1 } }),
    object('b', { spec: { x: 1, hostNetwork } }),
  ];
  expect(unexplained(before, other(false), wanted, [fix])).toEqual([]);
  expect(unexplained(before, other(true), wanted, [fix])).toEqual([[1, 'spec', 'hostNetwork']]);
});

test('checksums follow what they are made of', () => {
  const pod = (value: string): Resource => object('a', { metadata: { name: 'a', annotations: { sum: value } } });
  expect(unexplained([pod('a'.repeat(64))], [pod('b'.repeat(64))], [], [])).toEqual([]);
  expect(unexplained([pod('a'.repeat(64))], [pod('latest')], [], [])).toEqual([[0, 'metadata', 'annotations', 'sum']]);
});

test('objects are matched by name, and by their template where the name is made up', () => {
  const first = [object('x-abc', {}, 't.yaml'), object('y')];
  expect(aligned(first, [object('y'), object('x-def', {}, 't.yaml')])?.map(({ name }) => name)).toEqual(['x-abc', 'y']);
  expect(aligned(first, [object('y')])).toBeUndefined();
  expect(aligned(first, [object('y'), object('x-def', {}, 'other.yaml')])).toBeUndefined();
});
