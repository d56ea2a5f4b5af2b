import {
  absent,
  and,
  below,
  defineCheck,
  type Gathered,
  labelOf,
  map,
  spec,
  str,
  trafficPolicies,
} from '../src/check.ts';

export default defineCheck({
  id: 'mesh-client-tls-disabled',
  title: 'Client side TLS is switched off',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['DestinationRule.networking.istio.io'],
  why: 'Connections to that host are not encrypted, or the other end is not the one it claims to be.',
  remedy: 'Use ISTIO_MUTUAL or verified SIMPLE.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1557'] },
  peers: { kyverno: ['istio/enforce-tls-hosts-host-subnets'] },
  run(rule) {
    const host = str(map(spec(rule)).host) ?? '';
    const external =
      host.includes('.') && !/\.(?:svc|local|internal)(?:\.|$)|^[^.]+\.[^.]+$/.test(host.replace(/^\*\./, 'x.'));
    let found: Gathered;
    for (const { policy, at } of trafficPolicies(rule)) {
      const tls = map(policy.tls);
      const mode = str(tls.mode) ?? '';
      if (mode === 'DISABLE')
        found = and(found, {
          at: below(at, 'tls', 'mode'),
          message: `${labelOf(rule)} turns TLS off towards ${host}.`,
        });
      if (mode !== 'SIMPLE' && mode !== 'MUTUAL') continue;
      if (tls.insecureSkipVerify === true)
        found = and(found, {
          at: below(at, 'tls', 'insecureSkipVerify'),
          message: `${labelOf(rule)} does not verify the certificate of ${host}.`,
        });
      else if (external && absent(tls.caCertificates) && absent(tls.credentialName))
        found = and(found, {
          at: below(at, 'tls'),
          message: `${labelOf(rule)} names no authority for the certificate of ${host}.`,
          severity: 'info',
        });
    }
    return found;
  },
});
