import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'terminated-pod-gc-threshold',
    passes: (value) => value !== undefined,
    fault: 'so finished pods pile up to the default of 12500',
  },
  {
    flag: 'terminated-pod-gc-threshold',
    passes: (value) => value === undefined || Number(value) > 0,
    fault: 'which is no number of finished pods above 0',
  },
];

export default defineCheck({
  id: 'controller-manager-pod-gc',
  title: 'Terminated pod garbage collection is unset',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'Thousands of finished pods slow the API server and etcd down.',
  remedy: 'Set a threshold.',
  standards: { cis: ['1.3.1'] },
  peers: { checkov: ['CKV_K8S_106'], trivy: ['KCV-0033'], kubescape: ['C-0144'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-controller-manager'], rules);
  },
});
