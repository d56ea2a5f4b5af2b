import { absent, defineCheck, dig, labelOf, map, spec } from '../src/check.ts';

export default defineCheck({
  id: 'route-tls-missing',
  title: 'OpenShift Route without TLS',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Route.route.openshift.io'],
  why: 'Requests, cookies and passwords travel in the clear and can be read and changed on the way.',
  remedy: 'Set tls.termination edge, reencrypt or passthrough.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1040'] },
  peers: { kyverno: ['openshift/check-routes'] },
  run(route) {
    const { tls } = map(spec(route));
    if (absent(tls)) return { at: ['spec', 'tls'], message: `${labelOf(route)} has no TLS.` };
    else if (dig(tls, 'insecureEdgeTerminationPolicy') === 'Allow')
      return {
        at: ['spec', 'tls', 'insecureEdgeTerminationPolicy'],
        message: `${labelOf(route)} also serves plain HTTP.`,
      };
  },
});
