import {
  defineCheck,
  externalOption,
  isExternal,
  isKnownTarget,
  labelOf,
  scalerKinds,
  scaleTarget,
  scaleTargetRef,
  unlessHidden,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-hpa',
  title: 'Autoscaler target does not exist',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'The autoscaler scales nothing, and the workload it was meant for keeps its size under load.',
  remedy: 'Correct scaleTargetRef.',
  peers: {
    'kube-linter': ['dangling-horizontalpodautoscaler'],
    'kube-score': ['horizontalpodautoscaler-has-target'],
    kubescape: ['C-0300'],
    monokle: ['LNK001'],
  },
  options: externalOption,
  *run(set, { options }) {
    for (const resource of set.ofKind(...scalerKinds)) {
      const target = scaleTarget(resource, scaleTargetRef(resource));
      if (target === undefined || !isKnownTarget(target)) continue;
      if (set.find(target.kindKey, resource.namespace, target.name).length > 0) continue;
      if (isExternal(options, resource.namespace, target.name)) continue;
      yield {
        resource,
        at: ['spec', 'scaleTargetRef'],
        message: `${labelOf(resource)} scales ${target.kind} "${target.name}", which is not there${whereIn(resource.namespace)}.`,
        ...unlessHidden(set),
      };
    }
  },
});
