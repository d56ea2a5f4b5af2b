import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareVersions, isBelowAny, parseImage, tagVersion } from '../../src/subjects/image.ts';

const sha = 'a'.repeat(64);

describe('parseImage', () => {
  test.each([
    ['nginx', 'docker.io', 'library/nginx', undefined, undefined],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', undefined],
    ['me/app', 'docker.io', 'me/app', undefined, undefined],
    ['registry.example:5000/app', 'registry.example:5000', 'app', undefined, undefined],
    ['registry.example:5000/a/b:v1', 'registry.example:5000', 'a/b', 'v1', undefined],
    ['localhost/app:1', 'localhost', 'app', '1', undefined],
    ['index.docker.io/nginx:1', 'docker.io', 'library/nginx', '1', undefined],
    [`GHCR.io/a/b:1@sha256:${sha}`, 'ghcr.io', 'a/b', '1', `sha256:${sha}`],
    ['', 'docker.io', '', undefined, undefined],
  ])('reads %s', (reference, registry, path, tag, digest) => {
    expect(parseImage(reference)).toMatchObject({ registry, path, tag, digest });
  });

  test('tells a well-formed digest from others', () => {
    expect(parseImage(`a@sha256:${sha}`).digestValid).toBe(true);
    expect(parseImage(`a@sha512:${sha}${sha}`).digestValid).toBe(true);
    for (const digest of [
      'sha256:abc',
      `sha512:${sha}`,
      `md5:${sha}`,
      `sha256:${sha.toUpperCase()}`,
      'constructor:a',
      '',
    ])
      expect(parseImage(`a@${digest}`).digestValid).toBe(false);
  });

  test('never throws, and keeps a tag that it was given', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseImage(text)));
    const part = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    fc.assert(
      fc.property(part, part, part, (host, path, tag) => {
        expect(parseImage(`${host}.example:5000/${path}:${tag}`)).toMatchObject({ path, tag });
      }),
    );
  });
});

test('registries are compared by whole path segments', () => {
  expect(isBelowAny(parseImage('gcr.io/a/b:1'), ['gcr.io/a'])).toBe(true);
  expect(isBelowAny(parseImage('gcr.io/ab/c:1'), ['gcr.io/a'])).toBe(false);
  expect(isBelowAny(parseImage('evilgcr.io/a'), ['gcr.io'])).toBe(false);
  expect(isBelowAny(parseImage('gcr.io.evil/a'), ['gcr.io'])).toBe(false);
  expect(isBelowAny(parseImage('nginx'), ['docker.io/library/*'])).toBe(true);
  expect(isBelowAny(parseImage('nginx'), [''])).toBe(false);
});

test('the version of a tag is what it starts with', () => {
  expect(tagVersion('v1.2.3-alpine')).toEqual([1, 2, 3]);
  expect(tagVersion('1.2')).toEqual([1, 2, 0]);
  for (const tag of ['latest', 'main-1.2', '1.2.3.4', '1a', undefined]) expect(tagVersion(tag)).toBeUndefined();
  expect(compareVersions([1, 10, 0], [1, 9, 9])).toBeGreaterThan(0);
});
