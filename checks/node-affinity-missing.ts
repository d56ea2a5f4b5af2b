import { defineCheck, dig, isMap, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'node-affinity-missing',
  title: 'No node affinity',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'In a cluster of unlike nodes the pods may land on machines that do not suit them, or that are kept for other work.',
  remedy: 'Add nodeAffinity.',
  peers: { 'kube-linter': ['no-node-affinity'], kyverno: ['other/add-node-affinity', 'other/add-nodeSelector'] },
  run(pod) {
    if (!pod.settable || isMap(dig(pod.spec, 'affinity', 'nodeAffinity'))) return;
    return { at: pod.at('affinity', 'nodeAffinity'), message: `${ownerLabel(pod)} has no node affinity.` };
  },
});
