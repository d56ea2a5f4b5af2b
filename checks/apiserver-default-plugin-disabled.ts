import { defineCheck, items, judgeSettings, type SettingRule } from '../src/check.ts';

const needed = new Set([
  ...['NamespaceLifecycle', 'ServiceAccount', 'PodSecurity', 'LimitRanger', 'ResourceQuota'],
  ...['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy', 'ValidatingAdmissionWebhook', 'MutatingAdmissionWebhook'],
]);

const rules: SettingRule[] = [
  {
    flag: 'disable-admission-plugins',
    passes: (value) => !items(value).some((item) => needed.has(item)),
    fault: 'which switches protection off that is on by default',
    fix: (value) =>
      items(value)
        .filter((item) => !needed.has(item))
        .join(',') || null,
  },
];

export default defineCheck({
  id: 'apiserver-default-plugin-disabled',
  title: 'A default admission plugin is disabled',
  category: 'admission',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Default plugins enforce namespaces, service accounts, Pod Security, quotas and webhooks; without one of them its rules are void.',
  remedy: 'Remove the name from the list.',
  standards: {
    nsa: ['Network separation and hardening: control plane hardening'],
    cis: ['1.2.12', '1.2.13'],
    mitre: ['T1562.001'],
  },
  peers: { checkov: ['CKV_K8S_82', 'CKV_K8S_83'], trivy: ['KCV-0014', 'KCV-0015'], kubescape: ['C-0125', 'C-0126'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
