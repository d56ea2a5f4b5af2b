import { lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { frame, frames } from '../../src/render/frames.ts';
import { receivedTree } from '../../src/render/received-tree.ts';

async function* inPieces(all: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < all.length; at += size) yield Promise.resolve(all.subarray(at, at + size));
}

async function read(all: Buffer, size: number, limit = 2 ** 20): Promise<{ header: unknown; body: string }[]> {
  const found = [];
  for await (const { header, body } of frames(inPieces(all, size), limit))
    found.push({ header, body: body.toString('latin1') });
  return found;
}

test('messages arrive as they were sent, in whatever pieces', async () => {
  const message = fc.record({ text: fc.string(), body: fc.uint8Array({ maxLength: 300 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), async (sent, size) => {
      const all = Buffer.concat(sent.map(({ text, body }) => frame({ text }, Buffer.from(body))));
      expect(await read(all, size)).toEqual(
        sent.map(({ text, body }) => ({
          header: { text, bytes: body.length },
          body: Buffer.from(body).toString('latin1'),
        })),
      );
      // What breaks off is no message.
      expect(await read(all.subarray(0, -1), size)).toHaveLength(Math.max(0, sent.length - 1));
    }),
  );
});

test('what is too large is refused before it is read', async () => {
  await expect(read(frame({}, Buffer.alloc(11)), 7, 10)).rejects.toThrow('11 bytes is more than the 10 allowed');
  await expect(read(Buffer.from('ffffffff', 'hex'), 7)).rejects.toThrow('more than');
  const lie = Buffer.from('{"bytes":-1}');
  await expect(read(Buffer.concat([Buffer.from([0, 0, 0, lie.length]), lie]), 7)).rejects.toThrow('-1 bytes');
});

test('a tree that is received stays in its folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-received-'));
  try {
    const write = receivedTree(root);
    const file = (path: string): void => write({ type: 'file', path, bytes: 1 }, Buffer.from('x'));
    file('a/b/c');
    expect(readFileSync(join(root, 'a/b/c'), 'utf8')).toBe('x');
    for (const path of ['../x', '/x', 'a/../../x', 'a//x', './x', 'a/b/c/d', 'a/\0'])
      expect(() => file(path)).toThrow(RangeError);
    write({ type: 'link', path: 'out', target: '/' }, Buffer.alloc(0));
    expect(() => file('out/x')).toThrow('no folder');
    expect(() => write({ type: 'remove', path: 'out/tmp' }, Buffer.alloc(0))).toThrow('no folder');
    // The link itself is replaced, not what it leads to.
    file('out');
    expect(lstatSync(join(root, 'out')).isFile()).toBe(true);
    write({ type: 'remove', path: 'a' }, Buffer.alloc(0));
    expect(lstatSync(join(root, 'a'), { throwIfNoEntry: false })).toBeUndefined();
  } finally {
    rmSync(root, { recursive: true });
  }
});
