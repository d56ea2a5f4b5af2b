import {
  atLeast,
  defineCheck,
  dig,
  externalOption,
  groupOf,
  isExternal,
  isKnownTarget,
  type Json,
  labelOf,
  scalerKinds,
  scaleTarget,
  scaleTargetRef,
  str,
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
  *run(set, { options, kubeVersion }) {
    for (const resource of set.ofKind(...scalerKinds)) {
      const ref = scaleTargetRef(resource);
      const target = scaleTarget(resource, ref);
      if (target === undefined || !isKnownTarget(target)) continue;
      if (isExternal(options, resource.namespace, target.name)) continue;
      const found = set.find(target.kindKey, resource.namespace, target.name);
      if (found.length > 0) {
        if (atLeast(kubeVersion, 16) && isOld(ref) && !found.some((one) => groupOf(one.apiVersion) === oldGroup))
          yield {
            resource,
            at: ['spec', 'scaleTargetRef'],
            message: `${labelOf(resource)} scales ${target.kind} "${target.name}" of the group ${oldGroup}, which has had none since Kubernetes 1.16.`,
          };
        continue;
      }
      yield {
        resource,
        at: ['spec', 'scaleTargetRef'],
        message: `${labelOf(resource)} scales ${target.kind} "${target.name}", which is not there${whereIn(resource.namespace)}.`,
        ...unlessHidden(set),
      };
    }
  },
});

/** The group that Deployments had before, under which an autoscaler finds nothing any more. */
const oldGroup = 'extensions';

function isOld(ref: Json | undefined): boolean {
  return groupOf(str(dig(ref, 'apiVersion')) ?? '') === oldGroup;
}
