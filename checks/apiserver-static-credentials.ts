import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = ['token-auth-file', 'basic-auth-file'].map((flag) => ({
  flag,
  passes: (value) => value === undefined,
  fault: 'so passwords or tokens stand in a file, never expire and need a restart to change',
  fix: null,
  risky: true,
}));

export default defineCheck({
  id: 'apiserver-static-credentials',
  title: 'API server uses static password or token files',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Static credentials lie in clear text on the control plane and stay valid until the server is restarted.',
  remedy: 'Remove the flag, use OIDC or certificates.',
  standards: {
    nsa: ['Authentication and authorization: authentication'],
    cis: ['1.2.2'],
    mitre: ['T1078', 'T1552.001'],
  },
  peers: { checkov: ['CKV_K8S_69', 'CKV_K8S_70'], trivy: ['KCV-0002'], kubescape: ['C-0114'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
