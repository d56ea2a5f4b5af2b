import { componentsOf, defineCheck, given, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  given('cert-file', 'so clients are served without TLS'),
  given('key-file', 'so clients are served without TLS'),
  { flag: 'client-cert-auth', passes: (value) => value === 'true', fault: 'so clients need no certificate' },
  {
    flag: 'auto-tls',
    passes: (value) => value !== 'true',
    fault: 'so it serves with a certificate that nobody can verify',
  },
];

export default defineCheck({
  id: 'etcd-client-tls',
  title: 'etcd serves clients without verified TLS',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Whoever reaches etcd reads and writes all data of the cluster, Secrets included, past the API server.',
  remedy: 'Use dedicated certificates and a dedicated CA.',
  standards: {
    nsa: ['Network separation and hardening: encryption'],
    cis: ['2.1', '2.2', '2.3', '2.7'],
    mitre: ['T1552', 'T1557'],
  },
  peers: {
    checkov: ['CKV_K8S_116', 'CKV_K8S_117', 'CKV_K8S_118'],
    trivy: ['KCV-0042', 'KCV-0043', 'KCV-0044'],
    kubescape: ['C-0153', 'C-0154', 'C-0155', 'C-0159'],
  },
  *run(set) {
    const authorities = componentsOf(set)
      .filter((one) => one.name === 'kube-apiserver')
      .map((one) => one.flag('client-ca-file')?.value);
    const shared: SettingRule = {
      flag: 'trusted-ca-file',
      passes: (value) => value === undefined || !authorities.includes(value),
      fault: 'the authority of the API server, so every client certificate of the cluster opens etcd',
    };
    yield* judgeSettings(set, ['etcd'], [...rules, shared]);
  },
});
