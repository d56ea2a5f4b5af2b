import { defineCheck, list, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'host-aliases',
  title: 'Pod rewrites /etc/hosts through hostAliases',
  category: 'pod-security',
  severity: 'low',
  default: 'on',
  on: 'pod',
  why: "Names resolve to other addresses than the cluster's DNS says, so traffic can be led astray and nobody sees why.",
  remedy: 'Resolve names with DNS or an ExternalName Service.',
  standards: { mitre: ['T1557'] },
  peers: { trivy: ['KSV-0007'], kubesec: ['HostAliases'] },
  run(pod) {
    if (list(pod.spec.hostAliases).length > 0)
      return { at: pod.at('hostAliases'), message: `${ownerLabel(pod)} rewrites /etc/hosts through hostAliases.` };
  },
});
