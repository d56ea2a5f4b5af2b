import { defineCheck, judgeSettings, pluginEnabled, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  pluginEnabled(
    'AlwaysPullImages',
    'without AlwaysPullImages, so pods may use private images that others pulled',
    'fix',
  ),
];

export default defineCheck({
  id: 'apiserver-always-pull-images-plugin',
  title: 'AlwaysPullImages admission plugin is not enabled',
  category: 'admission',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'On shared nodes a pod can start an image it has no credentials for, because someone else pulled it.',
  remedy: 'Enable it on multi-tenant clusters.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], cis: ['1.2.11'], mitre: ['T1525'] },
  peers: { checkov: ['CKV_K8S_80'], trivy: ['KCV-0012'], kubescape: ['C-0123'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
