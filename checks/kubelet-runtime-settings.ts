import { defineCheck, isFalse, isTrue, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'protect-kernel-defaults',
    field: ['protectKernelDefaults'],
    passes: isTrue,
    fault: 'so the kubelet changes kernel settings instead of refusing to start',
  },
  {
    flag: 'make-iptables-util-chains',
    field: ['makeIPTablesUtilChains'],
    passes: (value) => !isFalse(value),
    fault: 'so the kubelet does not maintain its packet filter rules',
  },
  {
    flag: 'streaming-connection-idle-timeout',
    field: ['streamingConnectionIdleTimeout'],
    passes: (value) => value === undefined || !/^0[0a-zµ.]*$/.test(value),
    fault: 'so idle exec and port-forward sessions never end',
  },
  {
    flag: 'hostname-override',
    passes: (value) => value === undefined,
    fault: 'which can break the match of node name and certificate',
  },
  {
    flag: 'pod-max-pids',
    field: ['podPidsLimit'],
    passes: (value) => Number(value) > 0,
    fault: 'so one pod can use up the process ids of the node',
  },
  {
    flag: 'seccomp-default',
    field: ['seccompDefault'],
    passes: isTrue,
    fault: 'so pods that name no seccomp profile run without one',
    severity: 'info',
  },
  {
    flag: 'event-qps',
    field: ['eventRecordQPS'],
    passes: (value) => value === undefined || (Number(value) >= 0 && Number(value) <= 5),
    fault: 'which lets events be lost or flood the API server',
  },
];

export default defineCheck({
  id: 'kubelet-runtime-settings',
  title: 'Kubelet protective settings are off',
  category: 'workload-hardening',
  severity: 'low',
  default: 'on',
  on: 'workloads',
  why: 'Each of these settings keeps a pod from disturbing the node or its neighbours, or keeps a trace of what happened.',
  remedy: 'Set the values.',
  standards: {
    nsa: ['Network separation and hardening: control plane hardening'],
    cis: ['4.2.5', '4.2.6', '4.2.7', '4.2.8', '4.2.13'],
    mitre: ['T1499'],
  },
  peers: {
    checkov: ['CKV_K8S_143', 'CKV_K8S_144', 'CKV_K8S_145', 'CKV_K8S_146', 'CKV_K8S_147'],
    trivy: ['KCV-0083', 'KCV-0084', 'KCV-0085', 'KCV-0086', 'KCV-0087'],
    kubescape: ['C-0176', 'C-0177', 'C-0178', 'C-0179', 'C-0180', 'C-0284'],
  },
  *run(set) {
    yield* judgeSettings(set, ['kubelet'], rules);
  },
});
