import { describe, expect, test } from '@jest/globals';
import { recheck } from '../../src/analyze/recheck.ts';
import type { Located } from '../../src/analyze/run.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import type { Path, Resource } from '../../src/model.ts';

/** Each object says of itself what its annotations hold: a path and the words. */
const judge = (resources: readonly Resource[]): Located[] =>
  resources.flatMap((resource) =>
    Object.entries(resource.manifest.data as Record<string, string>).map(([at, message]) => ({
      check: { id: 'one' } as Located['check'],
      resource,
      severity: 'low',
      violation: { at: ['data', at], message },
    })),
  );

const objects = (...maps: [name: string, data: Record<string, string>][]): Resource[] =>
  maps.flatMap(([name, data]) =>
    parseManifests(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })).documents.flatMap(
      (document) => resourcesOf(document, { unit: 'u', namespace: '', origin: { file: 'a.yaml' }, firstIndex: 0 }),
    ),
  );

const finding = (resource: Resource, path: Path, message: string) => ({
  check: { id: 'one' },
  resource,
  path,
  message,
});

describe('a finding in another render of its unit', () => {
  const before = objects(['web', { a: 'bad', b: 'bad' }], ['other', { a: 'bad' }]);
  const asked = finding(before[0]!, ['data', 'a'], 'bad');
  const status = (...after: Parameters<typeof objects>) => recheck(before, judge)(asked, objects(...after));

  test('is gone when it is no longer said', () => {
    expect(status(['web', { b: 'bad' }], ['other', { a: 'bad' }])).toBe('gone');
  });

  test('has changed when other words are said', () => {
    expect(status(['web', { a: 'worse', b: 'bad' }], ['other', { a: 'bad' }])).toBe('changed');
  });

  test('is still there when only another place or another object lost its own', () => {
    expect(status(['web', { a: 'bad' }], ['other', { a: 'bad' }])).toBe('there');
    expect(status(['web', { a: 'bad', b: 'bad' }], ['other', {}])).toBe('there');
  });

  test('is still there when it moved inside its object', () => {
    expect(status(['web', { b: 'bad', c: 'bad' }], ['other', { a: 'bad' }])).toBe('there');
  });

  test('is still there when its object has another name in every render', () => {
    const named = objects(['job-a1', { a: 'job-a1 is bad' }]);
    const inNext = recheck(named, judge);
    const one = finding(named[0]!, ['data', 'a'], 'job-a1 is bad');
    expect(inNext(one, objects(['job-b2', { a: 'job-b2 is bad' }]))).toBe('there');
    expect(inNext(one, objects(['job-b2', {}]))).toBe('gone');
  });
});
