import { defineCheck, labelOf, labelSelector, list, map } from '../src/check.ts';

export default defineCheck({
  id: 'network-policy-empty-pod-selector',
  title: 'NetworkPolicy applies to all pods',
  category: 'network',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['NetworkPolicy.networking.k8s.io'],
  why: 'The rules hold for every pod of the namespace, those that come later included, although they were meant for one.',
  remedy: 'Select concrete pods.',
  peers: { kyverno: ['other/restrict-networkpolicy-empty-podselector'] },
  run(resource) {
    const policy = map(resource.manifest.spec);
    // A selector that is missing is an empty one.
    if ((labelSelector(policy.podSelector)?.requirements.length ?? 0) !== 0) return;
    if (list(policy.ingress).length === 0 && list(policy.egress).length === 0) return;
    return { at: ['spec', 'podSelector'], message: `${labelOf(resource)} opens every pod of its namespace alike.` };
  },
});
