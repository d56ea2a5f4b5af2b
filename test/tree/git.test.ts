import { afterAll, expect, test } from '@jest/globals';
import { git } from '../../src/tree/git.ts';
import { removeTemporary, repository } from './repository.ts';

afterAll(removeTemporary);

test('what git prints ahead is what it prints', async () => {
  const files = Array.from({ length: 2000 }, (_, index) => [`folder/file-${index}.yaml`, `${index % 7}\n`] as const);
  const call = { cwd: repository(Object.fromEntries(files)) };
  for (const args of [
    ['ls-tree', '-r', '-z', '-l', 'HEAD'],
    ['ls-tree', 'HEAD', '--', 'nothing'],
  ]) {
    const [ahead, read] = [await git(args, { ...call, ahead: true }), await git(args, call)];
    expect(ahead.stdout.equals(read.stdout)).toBe(true);
  }
});

test('ahead or not, a failure is told and a long answer refused', async () => {
  const call = { cwd: repository({ a: '1' }) };
  for (const ahead of [true, false]) {
    await expect(git(['ls-tree', 'nowhere'], { ...call, ahead })).rejects.toMatchObject({ code: 'git-failed' });
    const args = ['ls-tree', '-r', 'HEAD'];
    await expect(git(args, { ...call, ahead, maxBytes: 10 })).rejects.toMatchObject({ code: 'git-output' });
  }
});
