import { and, defineCheck, type Gathered, hostPathsOf, isWithin } from '../src/check.ts';

export default defineCheck({
  id: 'cloud-credential-host-path',
  title: 'hostPath exposes cloud provider credentials',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: "The files hold the node's own keys to the cloud account; whoever reads them acts as the node, or as its administrator.",
  remedy: 'Use workload identity (IRSA, Entra workload ID, GKE WI) instead of node credentials.',
  standards: {
    nsa: ['Network separation and hardening: protecting sensitive cloud infrastructure'],
    mitre: ['T1552.001', 'T1078.004'],
  },
  peers: { kubescape: ['C-0020'] },
  run(pod) {
    let found: Gathered;
    for (const volume of hostPathsOf(pod))
      if (
        credentialDirectories.test(volume.hostPath) ||
        credentialPaths.some((path) => isWithin(volume.hostPath, path))
      )
        found = and(found, {
          at: volume.at,
          message: `${volume.label} reaches cloud credentials of the node at ${volume.hostPath}.`,
          about: volume.about,
        });
    return found;
  },
});

const credentialDirectories = /\/(?:\.aws|\.azure|\.config\/gcloud|gcloud)(?:\/|$)/;
const credentialPaths = ['/etc/kubernetes/azure.json', '/etc/kubernetes/cloud-config', '/var/lib/waagent'];
