import { absent, atLeast, defineCheck, dig, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'pdb-unhealthy-eviction-policy-missing',
  title: 'unhealthyPodEvictionPolicy is not set',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['PodDisruptionBudget.policy'],
  why: 'Pods that do not become ready anyway hold up node drains as if they were serving.',
  remedy: 'Set AlwaysAllow.',
  peers: { 'kube-linter': ['pdb-unhealthy-pod-eviction-policy'] },
  run(resource, { kubeVersion }) {
    const at = ['spec', 'unhealthyPodEvictionPolicy'];
    if (!atLeast(kubeVersion, 27) || !absent(dig(resource.manifest, ...at))) return;
    return {
      at,
      message: `${labelOf(resource)} protects pods that are not ready, too.`,
      fix: {
        description: 'Set it to AlwaysAllow.',
        edits: [{ op: 'set', path: at, value: 'AlwaysAllow' }],
      },
    };
  },
});
