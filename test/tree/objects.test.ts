import { afterAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { batchReader, type BatchAnswer } from '../../src/tree/batch-output.ts';
import { objectsOf } from '../../src/tree/objects.ts';
import { removeTemporary, repository, temporary } from './repository.ts';

afterAll(removeTemporary);

const oid = fc.stringMatching(/^[0-9a-f]{40}$/);
const answer = fc.record(
  { oid, content: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { requiredKeys: ['oid'] },
);

function printed({ oid: id, content }: BatchAnswer): Buffer {
  if (content === undefined) return Buffer.from(`${id} missing\n`);
  return Buffer.concat([Buffer.from(`${id} blob ${content.length}\n`), content, Buffer.from('\n')]);
}

function* inPieces(output: Buffer, lengths: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (let turn = 0; at < output.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield Buffer.from(output.subarray(at, at + length));
    at += length;
  }
}

test('the answers of git are the same in pieces of any length', () => {
  fc.assert(
    fc.property(fc.array(answer), fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (answers, lengths) => {
      const read: BatchAnswer[] = [];
      const sizes: number[] = [];
      const take = batchReader({ size: (size) => sizes.push(size) > 0, answer: (one) => read.push(one) });
      for (const piece of inPieces(Buffer.concat(answers.map(printed)), lengths)) take(piece);
      expect(read).toEqual(answers);
      // Told once each, however often it was looked at.
      expect(sizes).toEqual(answers.flatMap(({ content }) => content?.length ?? []));
    }),
  );
});

test('nothing is read of a content that is too large, nor of what follows it', () => {
  const read: BatchAnswer[] = [];
  const take = batchReader({ size: (size) => size < 10, answer: (one) => read.push(one) });
  const [small, large] = ['a', 'b'].map((letter) => letter.repeat(40));
  take(Buffer.from(`${small} blob 2\nok\n${large} blob 10\n`));
  take(Buffer.from(`0123456789\n${small} blob 2\nok\n`));
  expect(read).toEqual([{ oid: small, content: Buffer.from('ok') }]);
});

/** A repository with these contents, and their ids. */
function holding(contents: readonly Buffer[]): { gitDir: string; oids: string[] } {
  const work = repository({ 'README.md': 'x' });
  const oids = contents.map((input) =>
    execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: work, input }).toString().trim(),
  );
  return { gitDir: join(work, '.git'), oids };
}

test('many ask at once, and each gets what is there of its own', async () => {
  const contents = [Buffer.from(''), Buffer.from('a\n'), Buffer.from([0, 10, 255]), randomBytes(300_000)];
  const { gitDir, oids } = holding(contents);
  const objects = objectsOf({ gitDir });
  objects.ready();
  const missing = 'f'.repeat(40);
  const questions = [oids, [missing], [oids[2] ?? '', missing, oids[0] ?? ''], []];
  const found = await Promise.all(questions.map((asked) => objects.read(asked, 2 ** 20)));
  const known = new Map(oids.map((id, at) => [id, contents[at]]));
  expect(found.map((one) => [...one])).toEqual(
    questions.map((asked) => asked.filter((id) => known.has(id)).map((id) => [id, known.get(id)])),
  );
});

test('what is more than allowed is refused, and those who asked after it are answered', async () => {
  const { gitDir, oids } = holding([Buffer.from('small'), randomBytes(200_000)]);
  const objects = objectsOf({ gitDir });
  const [small = '', large = ''] = oids;
  const [before, refused, after] = await Promise.allSettled([
    objects.read([small], 100),
    objects.read([small, large], 100_000),
    objects.read([large, small], 300_000),
  ]);
  expect(before).toMatchObject({ status: 'fulfilled' });
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'git-output' } });
  expect(after.status === 'fulfilled' && [...after.value.keys()]).toEqual([large, small]);
});

test('an object that is no file has no contents', async () => {
  const { gitDir, oids } = holding([Buffer.from('small')]);
  const tree = execFileSync('git', [`--git-dir=${gitDir}`, 'rev-parse', 'HEAD^{tree}'])
    .toString()
    .trim();
  expect([...(await objectsOf({ gitDir }).read([tree, ...oids], 100)).keys()]).toEqual(oids);
});

test('where there is no repository, git says so, each time', async () => {
  const objects = objectsOf({ gitDir: join(temporary(), 'none') });
  const failure = { code: 'git-failed', message: expect.stringContaining('not a git repository') };
  await expect(objects.read(['f'.repeat(40)], 100)).rejects.toMatchObject(failure);
  await expect(objects.read(['f'.repeat(40)], 100)).rejects.toMatchObject(failure);
});

test('a review that is cancelled waits for nothing', async () => {
  const { gitDir, oids } = holding([randomBytes(2 ** 20)]);
  const cancelling = new AbortController();
  const objects = objectsOf({ gitDir, signal: cancelling.signal });
  const read = objects.read(oids, 2 ** 21);
  cancelling.abort(new Error('outdated'));
  await expect(read).rejects.toThrow('outdated');
  await expect(objects.read(oids, 2 ** 21)).rejects.toThrow('outdated');
});
