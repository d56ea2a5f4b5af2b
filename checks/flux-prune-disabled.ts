import { and, defineCheck, dig, type Gathered, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'flux-prune-disabled',
  title: 'Flux does not remove deleted objects',
  category: 'gitops',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Kustomization.kustomize.toolkit.fluxcd.io'],
  why: 'What was taken out of Git, perhaps because it was a hole, runs on.',
  remedy: 'Set prune true.',
  run(resource) {
    const prune = ['spec', 'prune'];
    const suspend = ['spec', 'suspend'];
    let found: Gathered;
    if (dig(resource.manifest, ...prune) !== true)
      found = and(found, { at: prune, message: `${labelOf(resource)} leaves deleted objects in the cluster.` });
    if (dig(resource.manifest, ...suspend) === true)
      found = and(found, { at: suspend, message: `${labelOf(resource)} is suspended.` });
    return found;
  },
});
