import { defineCheck, judgeSettings, type SettingRule } from '../src/check.ts';

const seconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/** A duration as Go writes it, in seconds; undefined when it is none. */
function duration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|ns))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|h|m|s)/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (seconds[unit] ?? 0),
    0,
  );
}

const rules: SettingRule[] = [
  {
    flag: 'request-timeout',
    passes: (value) => {
      const timeout = value === undefined ? 60 : duration(value);
      return timeout !== undefined && timeout > 0 && timeout <= 300;
    },
    fault: 'which is not between 0 and 300 seconds',
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
