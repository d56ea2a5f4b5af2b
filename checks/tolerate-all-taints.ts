import { absent, and, defineCheck, dig, type Gathered, list, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'tolerate-all-taints',
  title: 'Pod tolerates every taint',
  category: 'workload-hardening',
  severity: 'low',
  default: 'on',
  on: 'pod',
  why: 'The pod lands on nodes kept free for others, control-plane nodes and broken ones included.',
  remedy: 'Name the taints that must be tolerated.',
  standards: { nsa: ['Network separation and hardening: worker node segmentation'], mitre: ['T1610'] },
  run(pod) {
    if (pod.resource.kind === 'DaemonSet') return;
    let found: Gathered;
    for (const [index, toleration] of list(pod.spec.tolerations).entries())
      if (dig(toleration, 'operator') === 'Exists' && (absent(dig(toleration, 'key')) || dig(toleration, 'key') === ''))
        found = and(found, { at: pod.at('tolerations', index), message: `${ownerLabel(pod)} tolerates every taint.` });
    return found;
  },
});
