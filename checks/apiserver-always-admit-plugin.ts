import { defineCheck, items, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'enable-admission-plugins',
    passes: (value) => !items(value).includes('AlwaysAdmit'),
    fault: 'which lets AlwaysAdmit wave requests through',
    fix: (value) =>
      items(value)
        .filter((item) => item !== 'AlwaysAdmit')
        .join(',') || null,
  },
];

export default defineCheck({
  id: 'apiserver-always-admit-plugin',
  title: 'AlwaysAdmit admission plugin is enabled',
  category: 'admission',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'The plugin stands for not checking requests at all; it is removed from current versions.',
  remedy: 'Remove it from --enable-admission-plugins.',
  standards: {
    nsa: ['Network separation and hardening: control plane hardening'],
    cis: ['1.2.10'],
    mitre: ['T1562.001'],
  },
  peers: { checkov: ['CKV_K8S_79'], trivy: ['KCV-0011'], kubescape: ['C-0122'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
