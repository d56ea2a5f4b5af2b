import { defineCheck, durationSeconds, judgeSettings, type SettingRule } from '../src/check.ts';

const rules: SettingRule[] = [
  {
    flag: 'request-timeout',
    passes: (value) => {
      const timeout = value === undefined ? 60 : durationSeconds(value);
      return timeout !== undefined && timeout > 0 && timeout <= 300;
    },
    fault: 'which is no time above 0 and up to 300 seconds',
  },
];

export default defineCheck({
  id: 'apiserver-request-timeout',
  title: 'API server request timeout is unusual',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'Requests that never end tie up the server; a timeout of zero or nonsense keeps it from working.',
  remedy: 'Remove the flag or set a sane value.',
  standards: { cis: ['1.2.20'], mitre: ['T1499'] },
  peers: { checkov: ['CKV_K8S_95'], kubescape: ['C-0134'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
  },
});
