import { expect, test } from '@jest/globals';
import type { JsonMap } from '../../src/model.ts';
import { labelOf } from '../../src/subjects/label.ts';

const job = (metadata: JsonMap, name = ''): string => labelOf({ kind: 'Job', name, manifest: { metadata } });

test('an object is named by its kind and name', () => {
  expect(job({ name: 'migrate' }, 'migrate')).toBe('Job "migrate"');
});

test('an object whose name the server makes up is named by what it begins with', () => {
  expect(job({ generateName: 'migrate-' })).toBe('Job "migrate-*"');
});

test('an object without any name is named by its kind', () => {
  expect(job({})).toBe('This Job');
  expect(job({ generateName: 7 })).toBe('This Job');
});
