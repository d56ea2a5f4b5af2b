import {
  absent,
  defineCheck,
  dig,
  externalOption,
  isExternal,
  knowsAll,
  labelOf,
  labelSelector,
  list,
  selectsAny,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-network-policy-peer',
  title: 'NetworkPolicy peer selects no pods',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'The rule lets nobody through: a typing error in a label, or a leftover that says more than holds.',
  remedy: 'Correct the labels or add namespaceSelector.',
  peers: { 'kube-linter': ['dangling-networkpolicypeer-podselector'] },
  options: externalOption,
  *run(set, { options }) {
    if (!knowsAll(set)) return;
    for (const resource of set.ofKind('NetworkPolicy.networking.k8s.io'))
      for (const [rules, peers] of [
        ['ingress', 'from'],
        ['egress', 'to'],
      ] as const)
        for (const [index, rule] of list(dig(resource.manifest, 'spec', rules)).entries())
          for (const [position, peer] of list(dig(rule, peers)).entries()) {
            const selector = labelSelector(dig(peer, 'podSelector'));
            if (selector === undefined || selector.requirements.length === 0) continue;
            if (!absent(dig(peer, 'namespaceSelector'))) continue;
            if (selectsAny(set, resource.namespace, selector)) continue;
            if (isExternal(options, resource.namespace, resource.name)) continue;
            yield {
              resource,
              at: ['spec', rules, index, peers, position, 'podSelector'],
              message: `${labelOf(resource)} names pods that do not exist${whereIn(resource.namespace)}.`,
            };
          }
  },
});
