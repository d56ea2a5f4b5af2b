import { absent, and, defineCheck, type Gathered, labelOf, map, spec } from '../src/check.ts';

export default defineCheck({
  id: 'ingress-default-backend',
  title: 'Ingress sets a default backend',
  category: 'network',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io'],
  why: 'Every request that no rule matches reaches this one application, for whatever host it was.',
  remedy: 'Use rules with hosts and paths.',
  peers: { kyverno: ['other/restrict-ingress-defaultbackend'] },
  run(ingress) {
    let found: Gathered;
    for (const field of ['defaultBackend', 'backend'])
      if (!absent(map(spec(ingress))[field]))
        found = and(found, {
          at: ['spec', field],
          message: `${labelOf(ingress)} takes every request that no rule matches.`,
        });
    return found;
  },
});
