import { defineCheck, dig, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'apiservice-insecure-tls',
  title: 'Aggregated API skips TLS verification',
  category: 'admission',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['APIService.apiregistration.k8s.io'],
  why: 'Whoever sits between API server and extension can answer for it and read the requests.',
  remedy: 'Provide caBundle.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1557'] },
  run(resource) {
    if (dig(resource.manifest, 'spec', 'insecureSkipTLSVerify') === true)
      return {
        at: ['spec', 'insecureSkipTLSVerify'],
        message: `${labelOf(resource)} is called without verifying its certificate.`,
      };
  },
});
