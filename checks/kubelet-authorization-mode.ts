import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'authorization-mode',
    field: ['authorization', 'mode'],
    passes: (value, { form }) => (value === undefined ? form === 'config' : value !== 'AlwaysAllow'),
    fault: 'so every request that authenticates is allowed',
    fix: 'Webhook',
    risky: true,
  },
];

export default defineCheck({
  id: 'kubelet-authorization-mode',
  title: 'Kubelet authorizes every request',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Every client the kubelet knows may run commands in all pods of the node.',
  remedy: 'Use Webhook.',
  standards: { nsa: ['Authentication and authorization: authentication'], cis: ['4.2.2'], mitre: ['T1609'] },
  peers: { checkov: ['CKV_K8S_139'], trivy: ['KCV-0080'], kubescape: ['C-0173'] },
  *run(set) {
    yield* judgeSettings(set, ['kubelet'], rules);
  },
});
