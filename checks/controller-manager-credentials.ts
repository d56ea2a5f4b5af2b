import { defineCheck, given, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'use-service-account-credentials',
    passes: (value) => value === 'true',
    fault: 'so every controller acts with the rights of all',
  },
  given('service-account-private-key-file', 'so tokens cannot be rotated with a key of their own'),
  given('root-ca-file', 'so pods cannot verify the API server'),
];

export default defineCheck({
  id: 'controller-manager-credentials',
  title: 'Controller manager identity settings are weak',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'One controller that is tricked acts with the rights of all of them, and pods cannot tell the real API server from another.',
  remedy: 'Set the flags.',
  standards: {
    nsa: ['Network separation and hardening: control plane hardening'],
    cis: ['1.3.3', '1.3.4', '1.3.5'],
    mitre: ['T1078'],
  },
  peers: {
    checkov: ['CKV_K8S_108', 'CKV_K8S_110', 'CKV_K8S_111'],
    trivy: ['KCV-0035', 'KCV-0036', 'KCV-0037'],
    kubescape: ['C-0146', 'C-0147', 'C-0148'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kube-controller-manager'], rules);
  },
});
