import { defineCheck, items, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'feature-gates',
    passes: (value) => !items(value).includes('RotateKubeletServerCertificate=false'),
    fault: 'so serving certificates of kubelets are not renewed',
  },
  {
    field: ['featureGates', 'RotateKubeletServerCertificate'],
    passes: (value) => value !== 'false',
    fault: 'so the serving certificate is not renewed',
  },
  {
    flag: 'rotate-certificates',
    field: ['rotateCertificates'],
    passes: (value, { name }) => name !== 'kubelet' || value !== 'false',
    fault: 'so the client certificate is not renewed before it ends',
  },
  {
    flag: 'rotate-server-certificates',
    field: ['serverTLSBootstrap'],
    passes: (value, component) =>
      value !== 'false' || (component.flag('tls-cert-file') ?? component.field(['tlsCertFile'])) !== undefined,
    fault: 'and no certificate is given',
  },
];

export default defineCheck({
  id: 'kubelet-certificate-rotation',
  title: 'Kubelet certificate rotation is off',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'The node drops out when its certificate ends, and a stolen one stays valid for long.',
  remedy: 'Enable rotation.',
  standards: {
    nsa: ['Network separation and hardening: encryption'],
    cis: ['1.3.6', '4.2.10', '4.2.11'],
    mitre: ['T1557'],
  },
  peers: {
    checkov: ['CKV_K8S_112', 'CKV_K8S_149'],
    trivy: ['KCV-0038', 'KCV-0090', 'KCV-0091'],
    kubescape: ['C-0149', 'C-0182', 'C-0183'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kube-controller-manager', 'kubelet'], rules);
  },
});
