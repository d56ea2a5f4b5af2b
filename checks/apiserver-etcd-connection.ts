import { defineCheck, given, items, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  given('etcd-certfile', 'so it does not identify itself to etcd'),
  given('etcd-keyfile', 'so it does not identify itself to etcd'),
  given('etcd-cafile', 'so it does not verify etcd'),
  {
    flag: 'etcd-servers',
    passes: (value) => !items(value).some((url) => url.startsWith('http://')),
    fault: 'which carries all cluster data in the clear',
  },
];

export default defineCheck({
  id: 'apiserver-etcd-connection',
  title: 'API server talks to etcd without mutual TLS',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'All Secrets pass between API server and etcd; without mutual TLS they can be read and changed on the way.',
  remedy: 'Set the three files.',
  standards: { nsa: ['Network separation and hardening: encryption'], cis: ['1.2.23', '1.2.26'], mitre: ['T1557'] },
  peers: { checkov: ['CKV_K8S_99', 'CKV_K8S_102'], trivy: ['KCV-0026', 'KCV-0029'], kubescape: ['C-0137', 'C-0140'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
