import { defineCheck, missingAmount } from '../src/check.ts';

export default defineCheck({
  id: 'memory-limit-missing',
  title: 'Memory limit is not set',
  category: 'resources',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: "A leak takes the node's memory, and the kernel kills neighbours along with it.",
  remedy: 'Set resources.limits.memory.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1496', 'T1499'] },
  peers: {
    checkov: ['CKV_K8S_13'],
    trivy: ['KSV-0018'],
    'kube-linter': ['unset-memory-requirements'],
    polaris: ['memoryLimitsMissing'],
    'kube-score': ['container-resources'],
    kubescape: ['C-0004', 'C-0009', 'C-0271', 'C-0303'],
    kubesec: ['LimitsMemory'],
    kyverno: ['best-practices/require-pod-requests-limits'],
    monokle: ['KBP005'],
  },
  run(container, context) {
    return missingAmount(container, context, 'limits', 'memory');
  },
});
