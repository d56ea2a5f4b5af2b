import { defineCheck, dig, isMap, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'node-affinity-used',
  title: 'Pod sets node affinity where it is not permitted',
  category: 'workload-hardening',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'In a cluster that several teams share, pods that choose their nodes land on those set aside for others.',
  remedy: 'Remove nodeAffinity.',
  peers: { kyverno: ['other/restrict-node-affinity'] },
  run(pod) {
    if (isMap(dig(pod.spec, 'affinity', 'nodeAffinity')))
      return { at: pod.at('affinity', 'nodeAffinity'), message: `${ownerLabel(pod)} chooses nodes by affinity.` };
  },
});
