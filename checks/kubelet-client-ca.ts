import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'client-ca-file',
    field: ['authentication', 'x509', 'clientCAFile'],
    passes: (value) => (value ?? '') !== '',
    fault: 'so the kubelet cannot verify client certificates',
  },
];

export default defineCheck({
  id: 'kubelet-client-ca',
  title: 'Kubelet has no client CA',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Without a client CA the kubelet cannot tell the API server from anyone else by certificate.',
  remedy: 'Set the CA file.',
  standards: { nsa: ['Authentication and authorization: authentication'], cis: ['4.2.3'], mitre: ['T1557'] },
  peers: { checkov: ['CKV_K8S_140'], trivy: ['KCV-0081'], kubescape: ['C-0070', 'C-0174'] },
  *run(set) {
    yield* judgeSettings(set, ['kubelet'], rules);
  },
});
