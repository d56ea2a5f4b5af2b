import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'encryption-provider-config',
    passes: (value, component) =>
      (value ?? component.flag('experimental-encryption-provider-config')?.value ?? '') !== '',
    fault: 'so Secrets are stored in etcd as they are',
  },
];

export default defineCheck({
  id: 'apiserver-encryption-provider-missing',
  title: 'Secrets are stored unencrypted in etcd',
  category: 'secrets',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Whoever reads the etcd data, a backup or a disk of it, has every Secret of the cluster.',
  remedy: 'Configure encryption at rest.',
  standards: { nsa: ['Network separation and hardening: Secrets'], cis: ['1.2.27'], mitre: ['T1552'] },
  peers: { checkov: ['CKV_K8S_104'], trivy: ['KCV-0030'], kubescape: ['C-0066', 'C-0141'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
