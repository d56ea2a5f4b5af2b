import { absent, canMeet, defineCheck, dig, labelOf, scalersOf } from '../src/check.ts';

export default defineCheck({
  id: 'hpa-with-static-replicas',
  title: 'Replicas is fixed although an autoscaler owns it',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Every apply or sync resets the count that the autoscaler has found, in the middle of the load.',
  remedy: 'Remove spec.replicas.',
  peers: { 'kube-score': ['deployment-targeted-by-hpa-does-not-have-replicas-configured'] },
  *run(set) {
    for (const resource of set.ofKind('Deployment.apps', 'StatefulSet.apps', 'Rollout.argoproj.io')) {
      const at = ['spec', 'replicas'];
      const scaler = scalersOf(set, resource).find((one) => canMeet(set, one, resource));
      if (scaler === undefined || absent(dig(resource.manifest, ...at))) continue;
      yield {
        resource,
        at,
        message: `${labelOf(resource)} sets replicas although ${labelOf(scaler)} keeps them. The first apply without the field may reset the count once.`,
        fix: { description: 'Remove replicas.', edits: [{ op: 'remove', path: at }] },
      };
    }
  },
});
