import { defineCheck, given, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  { flag: 'kubelet-https', passes: (value) => value !== 'false', fault: 'so it talks to kubelets in the clear' },
  given('kubelet-client-certificate', 'so it does not identify itself to kubelets'),
  given('kubelet-client-key', 'so it does not identify itself to kubelets'),
  given('kubelet-certificate-authority', 'so it does not verify kubelets'),
];

export default defineCheck({
  id: 'apiserver-kubelet-connection',
  title: 'API server does not authenticate kubelets or itself',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Someone between API server and node can pose as a kubelet and read what exec, logs and port-forward carry.',
  remedy: 'Set client certificate, key and CA.',
  standards: { nsa: ['Network separation and hardening: encryption'], cis: ['1.2.4', '1.2.5'], mitre: ['T1557'] },
  peers: {
    checkov: ['CKV_K8S_71', 'CKV_K8S_72', 'CKV_K8S_73'],
    trivy: ['KCV-0004', 'KCV-0005', 'KCV-0006'],
    kubescape: ['C-0116', 'C-0117'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
