import {
  and,
  defineCheck,
  dig,
  type Fix,
  type Gathered,
  labelOf,
  map,
  selectsWorkloads,
  spec,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'mesh-mtls-not-strict',
  title: 'Istio mutual TLS is permissive or disabled',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['PeerAuthentication.security.istio.io'],
  why: 'Workloads accept connections in the clear, without knowing who is at the other end.',
  remedy: 'Set mode STRICT.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1040', 'T1557'] },
  peers: { kyverno: ['istio/enforce-strict-mtls'] },
  run(resource) {
    const { mtls, portLevelMtls } = map(spec(resource));
    const mode = str(dig(mtls, 'mode')) ?? 'UNSET';
    const at = ['spec', 'mtls', 'mode'];
    const fix: Fix = {
      description: 'Set mtls.mode to STRICT.',
      edits: [{ op: 'set', path: at, value: 'STRICT' }],
      risky: true,
    };
    let found: Gathered;
    if (mode === 'PERMISSIVE' || mode === 'DISABLE')
      found = and(found, {
        at,
        message: `${labelOf(resource)} accepts plain connections: its mode is ${mode}.`,
        severity: mode === 'DISABLE' ? 'high' : 'medium',
        fix,
      });
    else if (mode === 'UNSET' && !selectsWorkloads(resource))
      found = and(found, {
        at,
        message: `${labelOf(resource)} does not say that connections must be encrypted.`,
        severity: 'medium',
        fix,
      });
    for (const [port, value] of Object.entries(map(portLevelMtls))) {
      const exception = str(dig(value, 'mode')) ?? 'UNSET';
      if (exception === 'PERMISSIVE' || exception === 'DISABLE')
        found = and(found, {
          at: ['spec', 'portLevelMtls', port, 'mode'],
          message: `${labelOf(resource)} accepts plain connections on port ${port}: its mode is ${exception}.`,
          severity: 'medium',
        });
    }
    return found;
  },
});
