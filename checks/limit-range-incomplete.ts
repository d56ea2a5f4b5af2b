import { absent, defineCheck, dig, list } from '../src/check.ts';

export default defineCheck({
  id: 'limit-range-incomplete',
  title: 'LimitRange sets no usable container defaults',
  category: 'namespace-governance',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['LimitRange'],
  why: 'Containers that state nothing run without limits although the namespace seems to have them.',
  remedy: 'Add default and defaultRequest.',
  standards: { nsa: ['Network separation and hardening: resource policies'] },
  peers: { trivy: ['KSV-0039'] },
  run(resource) {
    const container = list(dig(resource.manifest, 'spec', 'limits')).filter(
      (item) => dig(item, 'type') === 'Container',
    );
    const has = (field: string): boolean =>
      container.some((item) => ['cpu', 'memory'].every((name) => !absent(dig(item, field, name))));
    const missing = ['default', 'defaultRequest'].filter((field) => !has(field));
    if (missing.length > 0)
      return {
        at: ['spec', 'limits'],
        message: `LimitRange "${resource.name}" sets no ${missing.join(' and ')} for cpu and memory of containers.`,
      };
    else {
      const bounds = ['min', 'max'].filter((field) => !has(field));
      if (bounds.length > 0)
        return {
          at: ['spec', 'limits'],
          message: `LimitRange "${resource.name}" sets no ${bounds.join(' and ')} for cpu and memory of containers.`,
          severity: 'info',
        };
    }
  },
});
