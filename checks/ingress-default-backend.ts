import { absent, defineCheck, labelOf, map, spec, type Violation } from '../src/check.ts';

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
    const found: Violation[] = [];
    for (const field of ['defaultBackend', 'backend'])
      if (!absent(map(spec(ingress))[field]))
        found.push({ at: ['spec', field], message: `${labelOf(ingress)} takes every request that no rule matches.` });
    return found;
  },
});
