import { defineCheck, isLoopback, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'bind-address',
    passes: (value, { name }) => name === 'kube-proxy' || isLoopback(value),
    fault: 'so its health and metrics are served on every interface',
    fix: '127.0.0.1',
    risky: true,
  },
  {
    field: ['metricsBindAddress'],
    passes: (value, { name }) => name !== 'kube-proxy' || isLoopback(value),
    fault: 'so metrics are not bound to the node itself',
  },
];

export default defineCheck({
  id: 'control-plane-bind-address',
  title: 'Component listens on all interfaces',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Whoever reaches the node can ask the component for metrics and internals.',
  remedy: 'Bind to 127.0.0.1.',
  standards: {
    nsa: ['Network separation and hardening: control plane hardening'],
    cis: ['1.3.7', '1.4.2', '4.3.1'],
    mitre: ['T1046'],
  },
  peers: {
    checkov: ['CKV_K8S_113', 'CKV_K8S_115'],
    trivy: ['KCV-0039', 'KCV-0041'],
    kubescape: ['C-0150', 'C-0152', 'C-0291'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kube-controller-manager', 'kube-scheduler', 'kube-proxy'], rules);
  },
});
