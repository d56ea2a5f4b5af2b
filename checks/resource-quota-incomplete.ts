import { absent, defineCheck, dig, labelOf, map, type Resource } from '../src/check.ts';

const wanted = [['requests.cpu', 'cpu'], ['requests.memory', 'memory'], ['limits.cpu'], ['limits.memory']];

function keysOf(quota: Resource): string[] {
  return Object.keys(map(dig(quota.manifest, 'spec', 'hard')));
}

export default defineCheck({
  id: 'resource-quota-incomplete',
  title: 'ResourceQuota does not bound cpu and memory',
  category: 'namespace-governance',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['ResourceQuota'],
  why: 'What the quota does not bound, one workload of the namespace can use up for all.',
  remedy: 'Add the missing keys.',
  standards: { nsa: ['Network separation and hardening: resource policies'], mitre: ['T1496'] },
  peers: { trivy: ['KSV-0040'] },
  run(resource, context) {
    const keys = keysOf(resource);
    const missing = wanted.filter((names) => !names.some((name) => keys.includes(name)));
    if (missing.length === 0) return;
    const special =
      ['scopeSelector', 'scopes'].some((field) => !absent(dig(resource.manifest, 'spec', field))) ||
      !keys.some((key) => /cpu|memory/.test(key));
    const other = context.set
      .ofKind('ResourceQuota')
      .some(
        (quota) =>
          quota !== resource &&
          quota.namespace === resource.namespace &&
          wanted.every((names) => names.some((name) => keysOf(quota).includes(name))),
      );
    if (special && other) return;
    return {
      at: ['spec', 'hard'],
      message: `${labelOf(resource)} does not bound ${missing.map((names) => names[0]).join(', ')}.`,
    };
  },
});
