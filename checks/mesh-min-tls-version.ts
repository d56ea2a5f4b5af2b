import { defineCheck, dig, labelOf, map, type Resource, spec, str, type Violation } from '../src/check.ts';

export default defineCheck({
  id: 'mesh-min-tls-version',
  title: 'Mesh or proxy accepts old TLS versions',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: [
    'Mesh.consul.hashicorp.com',
    'TLSOption.traefik.io',
    'TLSOption.traefik.containo.us',
    'IstioOperator.install.istio.io',
    'ConfigMap',
  ],
  why: 'TLS before 1.2 can be broken by whoever is on the way.',
  remedy: 'Set a minimum of TLS 1.2.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1557'] },
  peers: { kyverno: ['consul/enforce-min-tls-version'] },
  run(resource) {
    const found: Violation[] = [];
    if (resource.kind === 'Mesh') {
      for (const direction of ['incoming', 'outgoing']) {
        const at = ['spec', 'tls', direction, 'tlsMinVersion'];
        if (!['TLSv1_2', 'TLSv1_3'].includes(str(dig(resource.manifest, ...at)) ?? ''))
          found.push({ at, message: `${labelOf(resource)} does not ask for TLS 1.2 on ${direction} connections.` });
      }
    } else if (resource.kind === 'TLSOption') {
      const minimum = str(map(spec(resource)).minVersion) ?? '';
      if (!['VersionTLS12', 'VersionTLS13'].includes(minimum))
        found.push({ at: ['spec', 'minVersion'], message: `${labelOf(resource)} does not ask for TLS 1.2.` });
    } else found.push(...istioFaults(resource));
    return found;
  },
});

const old = /^TLSV1_[01]$/;

/** Istio asks for TLS 1.2 unless told otherwise. Its configuration is an object here, and text in a ConfigMap there. */
function* istioFaults(resource: Resource): Generator<Violation> {
  if (resource.kind === 'IstioOperator') {
    for (const part of ['meshMTLS', 'tlsDefaults']) {
      const at = ['spec', 'meshConfig', part, 'minProtocolVersion'];
      if (old.test(str(dig(resource.manifest, ...at)) ?? ''))
        yield { at, message: `${labelOf(resource)} accepts TLS before 1.2.` };
    }
  } else if (/^istio(?:-|$)/.test(resource.name)) {
    const text = str(dig(resource.manifest, 'data', 'mesh')) ?? '';
    if (/^[ \t]*minProtocolVersion:[ \t]*["']?TLSV1_[01]\b/m.test(text))
      yield { at: ['data', 'mesh'], message: `${labelOf(resource)} accepts TLS before 1.2.` };
  }
}
