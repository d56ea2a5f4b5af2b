import { defineCheck, judgeSettings, pluginEnabled, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  pluginEnabled(
    'NodeRestriction',
    'without NodeRestriction, so a kubelet may change other nodes and their pods',
    'fix',
  ),
];

export default defineCheck({
  id: 'apiserver-node-restriction-plugin',
  title: 'NodeRestriction admission plugin is not enabled',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'A node that is taken over can relabel itself, draw workloads to it and change other nodes.',
  remedy: 'Add NodeRestriction.',
  standards: { nsa: ['Network separation and hardening: control plane hardening'], cis: ['1.2.14'], mitre: ['T1078'] },
  peers: { checkov: ['CKV_K8S_85'], trivy: ['KCV-0016'], kubescape: ['C-0127'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
