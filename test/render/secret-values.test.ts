import { afterAll, expect, test } from '@jest/globals';
import { secretValues } from '../../src/render/secret-values.ts';
import { defaultLimits } from '../../src/settings.ts';
import { commitSource } from '../../src/tree/commit-tree.ts';
import { treeOver } from '../../src/tree/files.ts';
import { removeTemporary, repository, run } from '../tree/repository.ts';
import { join } from 'node:path';

afterAll(removeTemporary);

test('large files are not read for secrets, also where sizes are not known before', async () => {
  const folder = repository({
    'small.yaml': 'password: of-the-small-file\n',
    'large.yaml': `password: of-the-large-file\n# ${'x'.repeat(2 ** 18)}\n`,
  });
  const gitDir = join(folder, '.git');
  const head = run(folder, ['rev-parse', 'HEAD']);
  for (const repositoryOf of [{ gitDir }, { gitDir, obtain: () => Promise.resolve() }]) {
    const tree = treeOver(commitSource(repositoryOf, head), defaultLimits);
    const known = await secretValues(tree, ['small.yaml', 'large.yaml']);
    expect(known).toContain('of-the-small-file');
    expect(known).not.toContain('of-the-large-file');
  }
});
