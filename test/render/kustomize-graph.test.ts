import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kustomizationsOf } from '../../src/render/kustomize/graph.ts';
import { Kustomization } from '../../src/render/kustomize/kustomization.ts';
import { listingOf } from '../../src/render/listing.ts';
import { isWithin, resolve } from '../../src/render/paths.ts';
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

const step = fc.constantFrom('a', 'b', 'a.b', 'c..d');
const folder = fc.array(step, { maxLength: 4 }).map((steps) => steps.join('/') || '.');
const reference = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constant('..') }, { weight: 1, arbitrary: fc.constant('.') }, step), {
    minLength: 1,
    maxLength: 7,
  })
  .map((steps) => steps.join('/'));

test('a kustomization may reach whatever one of its references leads to or holds', () => {
  fc.assert(
    fc.property(folder, fc.array(reference, { minLength: 1, maxLength: 3 }), folder, (own, references, path) => {
      const text = `resources:\n${references.map((one) => `  - ${one}\n`).join('')}`;
      const one = new Kustomization(own === '.' ? 'kustomization.yaml' : `${own}/kustomization.yaml`, text);
      for (const reached of references.map((to) => resolve(own, to)))
        if (reached !== undefined && isWithin(path, reached)) expect(one.mayReach(path)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a kustomization reaches nothing beside the folders that it goes up to', () => {
  const one = new Kustomization('apps/site/overlays/dev/kustomization.yaml', 'resources: [../../base]\n');
  expect(['apps/site/base/pod.yaml', 'apps/site/overlays/dev/pod.yaml'].map((path) => one.mayReach(path))).toEqual([
    true,
    true,
  ]);
  expect(['apps/site/overlays/prod/pod.yaml', 'apps/other/pod.yaml'].map((path) => one.mayReach(path))).toEqual([
    false,
    false,
  ]);
});
