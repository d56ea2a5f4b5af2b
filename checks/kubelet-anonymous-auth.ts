import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'anonymous-auth',
    field: ['authentication', 'anonymous', 'enabled'],
    passes: (value, { form }) => value === 'false' || (value === undefined && form === 'config'),
    fault: 'so anyone who reaches the node can ask the kubelet',
    fix: false,
  },
];

export default defineCheck({
  id: 'kubelet-anonymous-auth',
  title: 'Kubelet accepts anonymous requests',
  category: 'rbac',
  severity: 'critical',
  default: 'on',
  on: 'workloads',
  why: 'Anyone who reaches the node port of the kubelet can read logs and run commands in its pods.',
  remedy: 'Disable anonymous authentication.',
  standards: { nsa: ['Authentication and authorization: authentication'], cis: ['4.2.1'], mitre: ['T1609', 'T1190'] },
  peers: { checkov: ['CKV_K8S_138'], trivy: ['KCV-0079'], kubescape: ['C-0069', 'C-0172'] },
  *run(set) {
    yield* judgeSettings(set, ['kubelet'], rules);
  },
});
