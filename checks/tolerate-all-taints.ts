import { absent, and, defineCheck, type Gathered, list, map, ownerLabel, printable, str } from '../src/check.ts';

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
    for (const [index, toleration] of list(pod.spec.tolerations).entries()) {
      const { operator, key, effect } = map(toleration);
      if (operator !== 'Exists' || (!absent(key) && key !== '')) continue;
      const some = absent(effect) || effect === '' ? '' : ` with the effect ${str(effect) ?? printable(effect)}`;
      found = and(found, {
        at: pod.at('tolerations', index),
        message: `${ownerLabel(pod)} tolerates every taint${some}.`,
      });
    }
    return found;
  },
});
