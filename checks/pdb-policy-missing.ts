import {
  absent,
  defineCheck,
  labelOf,
  labelSelector,
  map,
  selectsAny,
  spec,
  unlessHidden,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'pdb-policy-missing',
  title: 'PodDisruptionBudget has no policy or selects nothing',
  category: 'reliability',
  severity: 'low',
  default: 'on',
  on: 'workloads',
  why: 'The budget protects nothing, or the API refuses it.',
  remedy: 'Set one of the two fields and a selector.',
  peers: { 'kube-score': ['poddisruptionbudget-has-policy'] },
  *run(set) {
    for (const resource of set.ofKind('PodDisruptionBudget.policy')) {
      const { minAvailable, maxUnavailable, selector } = map(spec(resource));
      const given = [minAvailable, maxUnavailable].filter((value) => !absent(value)).length;
      if (given === 0)
        yield { resource, at: ['spec'], message: `${labelOf(resource)} has neither minAvailable nor maxUnavailable.` };
      if (given === 2)
        yield {
          resource,
          at: ['spec', 'maxUnavailable'],
          message: `${labelOf(resource)} has both minAvailable and maxUnavailable.`,
        };
      const at = ['spec', 'selector'];
      const wanted = labelSelector(selector);
      if (wanted === undefined || wanted.requirements.length === 0)
        yield { resource, at, message: `${labelOf(resource)} has ${absent(selector) ? 'no' : 'an empty'} selector.` };
      else if (!selectsAny(set, resource.namespace, wanted))
        yield {
          resource,
          at,
          message: `${labelOf(resource)} selects no pod${whereIn(resource.namespace)}.`,
          ...unlessHidden(set),
        };
    }
  },
});
