import {
  canMeet,
  defineCheck,
  externalOption,
  groupBy,
  isExternal,
  isKnownTarget,
  labelOf,
  map,
  scaleTarget,
  spec,
  unlessHidden,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'vpa-target-invalid',
  title: 'VerticalPodAutoscaler target is missing or duplicated',
  category: 'reliability',
  severity: 'low',
  default: 'on',
  on: 'workloads',
  why: "The autoscaler sizes nothing, or two of them undo each other's work.",
  remedy: 'Correct targetRef.',
  peers: { kyverno: ['other/verify-vpa-target', 'other/prevent-duplicate-vpa'] },
  options: externalOption,
  *run(set, { options }) {
    const scalers = set.ofKind('VerticalPodAutoscaler.autoscaling.k8s.io').map((resource) => ({
      resource,
      target: scaleTarget(resource, map(spec(resource)).targetRef),
    }));
    const at = ['spec', 'targetRef'];
    for (const { resource, target } of scalers) {
      if (target === undefined || !isKnownTarget(target) || isExternal(options, resource.namespace, target.name))
        continue;
      if (set.find(target.kindKey, resource.namespace, target.name).length > 0) continue;
      yield {
        resource,
        at,
        message: `${labelOf(resource)} sizes ${target.kind} "${target.name}", which is not there${whereIn(resource.namespace)}.`,
        ...unlessHidden(set),
      };
    }
    for (const same of groupBy(scalers, ({ target }) => target?.key).values())
      for (const [index, { resource }] of same.entries()) {
        const first = same.slice(0, index).find((one) => canMeet(set, one.resource, resource));
        if (first !== undefined)
          yield { resource, at, message: `${labelOf(resource)} sizes what ${labelOf(first.resource)} sizes already.` };
      }
  },
});
