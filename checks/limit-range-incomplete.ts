import { absent, defineCheck, dig, labelOf, list } from '../src/check.ts';

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
    const has = (field: keyof typeof sources): boolean =>
      container.some((item) =>
        ['cpu', 'memory'].every((name) => sources[field].some((source) => !absent(dig(item, source, name)))),
      );
    const missing = (['default', 'defaultRequest'] as const).filter((field) => !has(field));
    if (missing.length > 0)
      return {
        at: ['spec', 'limits'],
        message: `${labelOf(resource)} sets no ${missing.join(' and ')} for cpu and memory of containers.`,
      };
    else {
      const bounds = (['min', 'max'] as const).filter((field) => !has(field));
      if (bounds.length > 0)
        return {
          at: ['spec', 'limits'],
          message: `${labelOf(resource)} sets no ${bounds.join(' and ')} for cpu and memory of containers.`,
          severity: 'info',
        };
    }
  },
});

/** Where the API server takes what is not given. https://pkg.go.dev/k8s.io/kubernetes/pkg/apis/core/v1#SetDefaults_LimitRangeItem */
const sources = {
  default: ['default', 'max'],
  defaultRequest: ['defaultRequest', 'default', 'max', 'min'],
  min: ['min'],
  max: ['max'],
} as const;
