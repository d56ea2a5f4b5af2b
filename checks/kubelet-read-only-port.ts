import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'read-only-port',
    field: ['readOnlyPort'],
    passes: (value, { form }) => value === '0' || (value === undefined && form === 'config'),
    fault: 'which tells anyone who asks what runs on the node',
    fix: 0,
  },
];

export default defineCheck({
  id: 'kubelet-read-only-port',
  title: 'Kubelet read-only port is open',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'The port answers without authentication and tells which pods run there, with their specifications.',
  remedy: 'Set it to 0.',
  standards: { nsa: ['Authentication and authorization: authentication'], cis: ['4.2.4'], mitre: ['T1613'] },
  peers: { checkov: ['CKV_K8S_141'], trivy: ['KCV-0082'], kubescape: ['C-0175'] },
  *run(set) {
    yield* judgeSettings(set, ['kubelet'], rules);
  },
});
