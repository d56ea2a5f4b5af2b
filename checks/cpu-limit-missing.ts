import { defineCheck, missingAmount } from '../src/check.ts';

export default defineCheck({
  id: 'cpu-limit-missing',
  title: 'CPU limit is not set',
  category: 'resources',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'One busy container can take all idle processor time of the node, which matters where tenants do not trust one another.',
  remedy: 'Set resources.limits.cpu or a ResourceQuota.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1496', 'T1499'] },
  peers: {
    checkov: ['CKV_K8S_11'],
    trivy: ['KSV-0011'],
    'kube-linter': ['template:cpu-requirements'],
    polaris: ['cpuLimitsMissing'],
    'kube-score': ['container-resources'],
    kubescape: ['C-0009', 'C-0050', 'C-0270', 'C-0303'],
    kubesec: ['LimitsCPU'],
    kyverno: ['other/require-cpu-limits'],
    monokle: ['KBP003'],
  },
  run(container, context) {
    return missingAmount(container, context, 'limits', 'cpu');
  },
});
