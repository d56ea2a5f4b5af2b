import { defineCheck, missingAmount } from '../src/check.ts';

export default defineCheck({
  id: 'memory-request-missing',
  title: 'Memory request is not set',
  category: 'resources',
  severity: 'low',
  default: 'on',
  on: 'container',
  why: 'The scheduler packs the pod onto a full node, where it is the first to be evicted.',
  remedy: 'Set resources.requests.memory.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1496'] },
  peers: {
    checkov: ['CKV_K8S_12'],
    trivy: ['KSV-0016'],
    polaris: ['memoryRequestsMissing'],
    'kube-score': ['container-resources'],
    kubescape: ['C-0004', 'C-0269'],
    kubesec: ['RequestsMemory'],
    kyverno: ['best-practices/require-pod-requests-limits', 'other/add-default-resources'],
    monokle: ['KBP004'],
  },
  run(container, context) {
    return missingAmount(container, context, 'requests', 'memory');
  },
});
