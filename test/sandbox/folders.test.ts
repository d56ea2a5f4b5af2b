import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { jailBase, removeStale } from '../../src/render/sandbox-folders.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'plimsoll-cache-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

test('one listener removes the folders of all sandboxes, however many a process opens', () => {
  const before = process.listenerCount('exit');
  const folders = Array.from({ length: 12 }, () => jailBase(cache));
  expect(new Set(folders).size).toBe(12);
  expect(process.listenerCount('exit') - before).toBe(1);
  // They are of a process that lives.
  removeStale(cache);
  expect(readdirSync(cache)).toHaveLength(12);
});
