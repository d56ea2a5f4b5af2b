import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { holdsSecrets, renderCache, renderKey } from '../../src/render/cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = (name: string): string => renderKey({ name });
const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

test('what was kept is given back, by another process too', async () => {
  await renderCache(folder, 1e6).set(key('a'), 'kind: Pod\nname: ä\n');
  expect(await renderCache(folder, 1e6).get(key('a'))).toBe('kind: Pod\nname: ä\n');
  expect(await renderCache(folder, 1e6).get(key('b'))).toBeUndefined();
});

test('a damaged entry is dropped, never returned', async () => {
  const cache = renderCache(folder, 1e6);
  await cache.set(key('a'), 'kind: Pod\n');
  const [path] = files();
  writeFileSync(path!, readFileSync(path!, 'utf8').replace('Pod', 'Pot'));
  expect(await cache.get(key('a'))).toBeUndefined();
  expect(files()).toEqual([]);
});

test('over its size the entries unused for longest go first', async () => {
  const cache = renderCache(folder, 1000);
  for (const [age, name] of ['old', 'older'].entries()) {
    await cache.set(key(name), 'x'.repeat(300));
    const path = files().find((file) => file.endsWith(key(name)))!;
    utimesSync(path, 100 - age, 100 - age);
  }
  await cache.get(key('older'));
  await cache.set(key('new'), 'x'.repeat(300));
  expect(await cache.get(key('old'))).toBeUndefined();
  expect(await cache.get(key('older'))).toHaveLength(300);
  expect(await cache.get(key('new'))).toHaveLength(300);
});

test('many writers of one key leave one whole entry', async () => {
  const caches = [renderCache(folder, 1e6), renderCache(folder, 1e6)];
  await Promise.all(Array.from({ length: 40 }, (_, index) => caches[index % 2]!.set(key('a'), `text ${index}`)));
  expect(await renderCache(folder, 1e6).get(key('a'))).toMatch(/^text \d+$/);
  expect(files()).toHaveLength(1);
});

test('a folder that cannot be written costs nothing but time', async () => {
  writeFileSync(join(folder, 'file'), '');
  const cache = renderCache(join(folder, 'file'), 1e6);
  await cache.set(key('a'), 'text');
  expect(await cache.get(key('a'))).toBeUndefined();
});

describe('values of Secrets', () => {
  test('are never written', async () => {
    await renderCache(folder, 1e6).set(key('a'), 'apiVersion: v1\nkind: Secret\ndata: {a: aHVudGVyMg==}\n');
    expect(files()).toEqual([]);
  });

  test.each([
    'kind: Secret',
    '"kind": "Secret"',
    "{apiVersion: v1, 'kind' : 'Secret', data: {}}",
    'kind: SecretList',
    'kind: !!str Secret',
    'kind: &k Secret',
    'kind: >-\n  Secret',
    'kind: "\\x53ecret"',
    '"\\x6bind": Secret',
    'kind:\n  Secret',
  ])('are suspected in %j', (text) => expect(holdsSecrets(text)).toBe(true));

  test('are not suspected in other objects', () =>
    expect(holdsSecrets('apiVersion: v1\nkind: Pod\nspec:\n  secretName: x\n')).toBe(false));
});
