import { defineCheck, judgeSettings, pluginEnabled, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  pluginEnabled('DenyServiceExternalIPs', 'without DenyServiceExternalIPs, so Services may claim any address', 'risky'),
];

export default defineCheck({
  id: 'apiserver-deny-external-ips-plugin',
  title: 'DenyServiceExternalIPs admission plugin is not enabled',
  category: 'admission',
  severity: 'low',
  default: 'on',
  on: 'workloads',
  why: 'Whoever may create Services can draw traffic for an address outside the cluster to its own pods (CVE-2020-8554).',
  remedy: 'Enable it in --enable-admission-plugins.',
  standards: { nsa: ['Network separation and hardening: network policies'], cis: ['1.2.3'], mitre: ['T1557'] },
  peers: { trivy: ['KCV-0003'], kubescape: ['C-0115', 'C-0283'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
