import { defineCheck, missingAmount } from '../src/check.ts';

export default defineCheck({
  id: 'cpu-request-missing',
  title: 'CPU request is not set',
  category: 'resources',
  severity: 'low',
  default: 'on',
  on: 'container',
  why: 'The scheduler packs the pod onto a full node, where it gets what is left over.',
  remedy: 'Set resources.requests.cpu from measured use.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1496'] },
  peers: {
    checkov: ['CKV_K8S_10'],
    trivy: ['KSV-0015'],
    'kube-linter': ['unset-cpu-requirements'],
    polaris: ['cpuRequestsMissing'],
    'kube-score': ['container-resources'],
    kubescape: ['C-0050', 'C-0268'],
    kubesec: ['RequestsCPU'],
    kyverno: ['best-practices/require-pod-requests-limits', 'other/add-default-resources'],
    monokle: ['KBP002'],
  },
  run(container, context) {
    return missingAmount(container, context, 'requests', 'cpu');
  },
});
