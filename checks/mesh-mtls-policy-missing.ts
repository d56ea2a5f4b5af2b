import {
  defineCheck,
  dig,
  isInjected,
  labelOf,
  map,
  meshRootNamespace,
  selectsWorkloads,
  unlessPartial,
} from '../src/check.ts';

export default defineCheck({
  id: 'mesh-mtls-policy-missing',
  title: 'No mesh-wide strict mutual TLS policy',
  category: 'network',
  severity: 'medium',
  default: 'off',
  on: 'workloads',
  why: 'Istio takes plain text beside mutual TLS until it is told not to, so whoever is on the network needs no identity.',
  remedy: 'Add PeerAuthentication default in istio-system with mode STRICT.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1040'] },
  *run(set) {
    const strict = new Set(
      set
        .ofKind('PeerAuthentication.security.istio.io')
        .filter((one) => dig(one.manifest, 'spec', 'mtls', 'mode') === 'STRICT' && !selectsWorkloads(one))
        .map(({ namespace }) => namespace),
    );
    if (strict.has(meshRootNamespace)) return;
    const injected = set.ofKind('Namespace').filter(({ manifest }) => isInjected(map(manifest.metadata), 'istio'));
    for (const resource of injected)
      if (!strict.has(resource.name))
        yield {
          resource,
          at: ['metadata', 'labels'],
          message: `No PeerAuthentication asks for mutual TLS in all of ${labelOf(resource)}.`,
          ...unlessPartial(set),
        };
    const [resource] = set.ofKind('*.security.istio.io', '*.networking.istio.io');
    if (injected.length > 0 || strict.size > 0 || resource === undefined) return;
    yield {
      resource,
      at: ['kind'],
      message: 'No PeerAuthentication asks for mutual TLS in the whole mesh.',
      ...unlessPartial(set),
    };
  },
});
