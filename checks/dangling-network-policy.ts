import {
  defineCheck,
  externalOption,
  isExternal,
  knowsAll,
  labelOf,
  labelSelector,
  map,
  selectsAny,
  spec,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-network-policy',
  title: 'NetworkPolicy selects no pods',
  category: 'network',
  severity: 'low',
  default: 'on',
  on: 'workloads',
  why: 'A policy that selects no pod isolates nothing, while everybody believes that it does.',
  remedy: 'Correct the labels.',
  standards: { nsa: ['Network separation and hardening: network policies'] },
  peers: {
    'kube-linter': ['dangling-networkpolicy'],
    'kube-score': ['networkpolicy-targets-pod'],
    kubescape: ['C-0299'],
  },
  options: externalOption,
  *run(set, { options }) {
    if (!knowsAll(set)) return;
    for (const resource of set.ofKind('NetworkPolicy.networking.k8s.io')) {
      const selector = labelSelector(map(spec(resource)).podSelector);
      if (selector === undefined || selector.requirements.length === 0) continue;
      if (selectsAny(set, resource.namespace, selector)) continue;
      if (isExternal(options, resource.namespace, resource.name)) continue;
      yield {
        resource,
        at: ['spec', 'podSelector'],
        message: `${labelOf(resource)} selects no pod${whereIn(resource.namespace)}.`,
      };
    }
  },
});
