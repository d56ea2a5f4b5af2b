import { type Component, defineCheck, judgeSettings, onlyStrongCiphers, type SettingRule } from '../src/check.ts';

/** Whether certificate and key are given, or the kubelet asks the cluster for them. */
function hasCertificate(kubelet: Component): boolean {
  const asked = kubelet.flag('rotate-server-certificates') ?? kubelet.field(['serverTLSBootstrap']);
  const certificate = kubelet.flag('tls-cert-file') ?? kubelet.field(['tlsCertFile']);
  const key = kubelet.flag('tls-private-key-file') ?? kubelet.field(['tlsPrivateKeyFile']);
  return asked?.value === 'true' || (certificate !== undefined && key !== undefined);
}

const rules: SettingRule[] = [
  {
    flag: 'tls-cert-file',
    field: ['tlsCertFile'],
    passes: (_, component) => hasCertificate(component),
    fault: 'where certificate and key, or their rotation, are needed',
  },
  {
    flag: 'tls-cipher-suites',
    field: ['tlsCipherSuites'],
    passes: onlyStrongCiphers,
    fault: 'which allows weak cipher suites',
  },
];

export default defineCheck({
  id: 'kubelet-serving-tls',
  title: 'Kubelet serving TLS is self-signed or weak',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'The API server cannot verify the node it talks to, or the connection can be broken.',
  remedy: 'Set serverTLSBootstrap true or provide certificates; limit ciphers.',
  standards: { nsa: ['Network separation and hardening: encryption'], cis: ['4.2.9', '4.2.12'], mitre: ['T1557'] },
  peers: {
    checkov: ['CKV_K8S_148', 'CKV_K8S_151'],
    trivy: ['KCV-0088', 'KCV-0089', 'KCV-0092'],
    kubescape: ['C-0181', 'C-0184'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kubelet'], rules);
  },
});
