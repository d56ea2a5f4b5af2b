import { defineCheck, dig, isSet, mayHaveResources, podLabel } from '../src/check.ts';

export default defineCheck({
  id: 'qos-best-effort',
  title: 'Pod has BestEffort quality of service',
  category: 'resources',
  severity: 'low',
  default: 'on',
  on: 'pod',
  why: 'The pod is the first to be evicted or killed when its node runs short, and may itself be what makes it run short.',
  remedy: 'Set at least requests.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1499'] },
  peers: { kyverno: ['other/require-qos-burstable', 'best-practices/require-pod-requests-limits'] },
  run(pod) {
    const holders = [pod.spec, ...pod.containers.filter(mayHaveResources).map((container) => container.spec)];
    if (!holders.some((holder) => amounts.some((steps) => isSet(dig(holder, 'resources', ...steps)))))
      return { at: pod.path, message: `${podLabel(pod)} sets no request or limit of cpu or memory at all.` };
  },
});

const amounts = ['requests', 'limits'].flatMap((list) => ['cpu', 'memory'].map((resource) => [list, resource]));
