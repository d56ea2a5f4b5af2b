import { expect, test } from '@jest/globals';
import { parseManifests } from '../../src/manifest/parse.ts';
import { inlineLength, parseSafely } from '../../src/manifest/pool.ts';

const long = `---\nkind: Pod\nmetadata: &m\n  name: x\nother: *m\nspec:\n  on: yes\n`.repeat(1_000);

test('a long stream is read in a thread with the same result, positions too', async () => {
  expect(long.length).toBeGreaterThan(inlineLength);
  const [here, there] = [parseManifests(long), await parseSafely(long, { timeout: 30_000 })];
  expect(there.documents.map(({ index, value, line }) => [index, value, line])).toEqual(
    here.documents.map(({ index, value, line }) => [index, value, line]),
  );
  for (const path of [['spec', 'on'], ['other', 'name'], []])
    expect(there.documents[999]!.locate(path)).toEqual(here.documents[999]!.locate(path));
});

test('threads are used again, many at a time', async () => {
  const all = await Promise.all(Array.from({ length: 12 }, () => parseSafely(long, { timeout: 30_000 })));
  for (const one of all) expect(one.documents).toHaveLength(1_000);
});

test('what takes too long is stopped and becomes a fault, and the next stream is read', async () => {
  const slow = `a: ${'['.repeat(4_000_000)}`;
  const parsed = await parseSafely(slow, { timeout: 20 });
  expect(parsed.documents).toEqual([]);
  expect(parsed.faults).toEqual([{ line: 1, message: 'Reading this YAML took longer than 0.02 s.' }]);
  expect((await parseSafely(long, { timeout: 30_000 })).documents).toHaveLength(1_000);
});

test('an aborted signal rejects', async () => {
  const controller = new AbortController();
  const pending = parseSafely(long, { signal: controller.signal });
  controller.abort(new Error('superseded'));
  await expect(pending).rejects.toThrow('superseded');
});
