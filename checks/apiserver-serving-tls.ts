import { defineCheck, given, judgeSettings, onlyStrongCiphers, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  given('tls-cert-file', 'so it serves with a certificate made up at its start'),
  given('tls-private-key-file', 'so it serves with a key made up at its start'),
  given('client-ca-file', 'so client certificates are not accepted'),
  { flag: 'tls-cipher-suites', passes: onlyStrongCiphers, fault: 'which allows weak cipher suites' },
  {
    flag: 'tls-min-version',
    passes: (value) => value === undefined || ['VersionTLS12', 'VersionTLS13'].includes(value),
    fault: 'which allows outdated TLS',
  },
];

export default defineCheck({
  id: 'apiserver-serving-tls',
  title: 'API server TLS is incomplete or weak',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Clients cannot be sure whom they talk to, or the connection can be read and changed on the way.',
  remedy: 'Set certificate, key, client CA and strong ciphers.',
  standards: {
    nsa: ['Network separation and hardening: encryption'],
    cis: ['1.2.24', '1.2.25', '1.2.29'],
    mitre: ['T1557'],
  },
  peers: {
    checkov: ['CKV_K8S_100', 'CKV_K8S_105'],
    trivy: ['KCV-0027', 'KCV-0028'],
    kubescape: ['C-0138', 'C-0139', 'C-0143', 'C-0277'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
