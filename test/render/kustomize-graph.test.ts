import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { kustomizationsOf } from '../../src/render/kustomize/graph.ts';
import { listingOf } from '../../src/render/listing.ts';
import { defaultLimits } from '../../src/settings.ts';
import { commitPair, treesOf } from '../../src/tree/pair.ts';
import { commit, removeTemporary, repository, run } from '../tree/repository.ts';

afterAll(removeTemporary);

test('a kustomization that moves is at its own place in head and base', async () => {
  const text = 'resources: [pod.yaml]\n';
  const folder = repository({ 'old/kustomization.yml': text, 'stays/kustomization.yaml': text });
  const base = run(folder, ['rev-parse', 'HEAD']);
  run(folder, ['mv', 'old', 'pushed']);
  const head = commit(folder);
  const trees = treesOf(commitPair({ gitDir: join(folder, '.git') }, base, head), defaultLimits);
  const folders = async (tree: typeof trees.head): Promise<string[]> => [
    ...(await kustomizationsOf(tree, await listingOf(tree))).byFolder.keys(),
  ];
  expect([await folders(trees.head), await folders(trees.base)]).toEqual([
    ['pushed', 'stays'],
    ['old', 'stays'],
  ]);
});
