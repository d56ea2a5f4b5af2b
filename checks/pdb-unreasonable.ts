import { and, defineCheck, type Gathered, labelOf, labelValue, map, percentOf } from '../src/check.ts';

export default defineCheck({
  id: 'pdb-unreasonable',
  title: 'PodDisruptionBudget is stricter than half',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['PodDisruptionBudget.policy'],
  why: 'A budget this tight makes every node drain go pod by pod, or stop.',
  remedy: 'Allow half of the pods to go.',
  peers: { kyverno: ['other/require-reasonable-pdbs'] },
  run(resource) {
    const { minAvailable, maxUnavailable } = map(resource.manifest.spec);
    let found: Gathered;
    if ((percentOf(minAvailable) ?? 0) > 50)
      found = and(found, {
        at: ['spec', 'minAvailable'],
        message: `${labelOf(resource)} keeps more than half of the pods: minAvailable is ${labelValue(minAvailable)}.`,
      });
    if ((percentOf(maxUnavailable) ?? 100) < 50)
      found = and(found, {
        at: ['spec', 'maxUnavailable'],
        message: `${labelOf(resource)} lets less than half of the pods go: maxUnavailable is ${labelValue(maxUnavailable)}.`,
      });
    return found;
  },
});
