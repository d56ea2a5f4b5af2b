import {
  defineCheck,
  hasDefault,
  isMap,
  isSet,
  type Json,
  type JsonMap,
  mayHaveResources,
  ownerLabel,
} from '../src/check.ts';

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
  run(pod, { set }) {
    const containers = pod.containers.filter(mayHaveResources);
    if (containers.length === 0 || setsAny(pod.spec) || containers.some((one) => setsAny(one.spec))) return;
    const fault = `${ownerLabel(pod)} sets no request or limit of cpu or memory at all`;
    if (!['cpu', 'memory'].some((resource) => hasDefault(pod.resource, set, 'requests', resource)))
      return { at: pod.path, message: `${fault}.` };
    return { at: pod.path, message: `${fault}; a LimitRange of the namespace fills them in.`, severity: 'info' };
  },
});

function setsAny({ resources }: JsonMap): boolean {
  return isMap(resources) && ['requests', 'limits'].some((list) => isSetIn(resources[list]));
}

function isSetIn(amounts: Json | undefined): boolean {
  return isMap(amounts) && (isSet(amounts.cpu) || isSet(amounts.memory));
}
