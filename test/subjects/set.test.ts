import { describe, expect, test } from '@jest/globals';
import { canMeet, workloadSet, type Resource } from '../../src/check.ts';

function object(unit: string, kind: string, name: string): Resource {
  return {
    unit,
    apiVersion: 'v1',
    kind,
    name,
    namespace: '',
    manifest: {},
    origin: { file: '' },
    index: 0,
    locate: () => ({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }),
  };
}

describe('two objects can meet', () => {
  const known = workloadSet([], true);
  const web = object('helm:charts/web@dev', 'Ingress', 'web');

  test('in one unit', () => {
    expect(canMeet(workloadSet([], false), web, object(web.unit, 'Ingress', 'other'))).toBe(true);
  });

  test('in two units when the set holds all there is', () => {
    const other = object('kustomize:other', 'Ingress', 'other');
    expect(canMeet(known, web, other)).toBe(true);
    expect(canMeet(workloadSet([], false), web, other)).toBe(false);
  });

  test('but not in two variants of one chart, nor as one object of two overlays', () => {
    expect(canMeet(known, web, object('helm:charts/web@prod', 'Ingress', 'other'))).toBe(false);
    expect(canMeet(known, web, object('kustomize:other', 'Ingress', 'web'))).toBe(false);
  });
});

test('a set finds objects by kind, namespace and name, and two unknown namespaces are equal', () => {
  const one = object('plain:.', 'Service', 'web');
  const set = workloadSet([one, { ...one, namespace: 'shop' }, object('plain:.', 'ConfigMap', 'web')], false);
  expect(set.find('Service', '', 'web')).toEqual([one]);
  expect(set.find('Service', 'other', 'web')).toEqual([]);
});
