import { defineCheck, isFalse, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'profiling',
    field: ['enableProfiling'],
    // A scheduler that is given a file reads enableProfiling there, and not the flag.
    passes: (value, component) =>
      isFalse(value) ||
      (value === undefined && component.name === 'kube-scheduler' && component.flag('config') !== undefined),
    fault: 'so the profiling endpoint is on',
    fix: false,
  },
];

export default defineCheck({
  id: 'control-plane-profiling',
  title: 'Profiling endpoint is enabled',
  category: 'workload-hardening',
  severity: 'low',
  default: 'on',
  on: 'workloads',
  why: 'The profiling endpoint tells about the inside of the program and can be used to load it down.',
  remedy: 'Set --profiling=false.',
  standards: {
    nsa: ['Network separation and hardening: control plane hardening'],
    cis: ['1.2.15', '1.3.2', '1.4.1'],
    mitre: ['T1082'],
  },
  peers: {
    checkov: ['CKV_K8S_90', 'CKV_K8S_107', 'CKV_K8S_114'],
    trivy: ['KCV-0018', 'KCV-0034', 'KCV-0040'],
    kubescape: ['C-0129', 'C-0145', 'C-0151'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'], rules);
  },
});
