import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'insecure-port',
    passes: (value) => value === undefined || value === '0',
    fault: 'which serves without authentication and encryption',
    fix: null,
  },
  {
    flag: 'insecure-bind-address',
    passes: (value) => value === undefined,
    fault: 'which serves without authentication and encryption',
    fix: null,
  },
  { flag: 'secure-port', passes: (value) => value !== '0', fault: 'so nothing is served over TLS', fix: null },
];

export default defineCheck({
  id: 'apiserver-insecure-serving',
  title: 'API server offers an insecure port',
  category: 'network',
  severity: 'critical',
  default: 'on',
  on: 'workloads',
  why: 'The insecure port knows neither authentication nor authorization: whoever reaches it is administrator.',
  remedy: 'Remove the insecure flags.',
  standards: { nsa: ['Network separation and hardening: control plane hardening'], mitre: ['T1190'] },
  peers: { checkov: ['CKV_K8S_86', 'CKV_K8S_88', 'CKV_K8S_89'], trivy: ['KCV-0017'], kubescape: ['C-0005', 'C-0128'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
