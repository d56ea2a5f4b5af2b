import { defineCheck, missingAmount } from '../src/check.ts';

export default defineCheck({
  id: 'ephemeral-storage-resources-missing',
  title: 'Ephemeral storage request or limit is not set',
  category: 'resources',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: "Logs and scratch files may fill the node's disk, and the kubelet then evicts its pods, this one's neighbours included.",
  remedy: 'Set both values.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1499'] },
  peers: {
    'kube-score': ['container-ephemeral-storage-request-and-limit'],
    kyverno: ['other/require-emptydir-requests-limits'],
  },
  run(container, context) {
    return missingAmount(container, context, 'limits', 'ephemeral-storage');
  },
});
