import { and, defineCheck, type Gathered, hostPathsOf, isWithin, normalPath, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'host-path-volume',
  title: 'Pod mounts a directory of the node',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'A directory of the node outlives the pod and is shared with whatever else runs there; the wrong one hands over the node.',
  remedy: 'Use a PersistentVolumeClaim, emptyDir, configMap, projected or CSI volume.',
  standards: {
    pss: ['baseline/hostPathVolumes'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.12'],
    mitre: ['T1611'],
  },
  peers: {
    trivy: ['KSV-0023'],
    polaris: ['hostPathSet'],
    kubescape: ['C-0048'],
    kyverno: [
      'pod-security/disallow-host-path',
      'other/limit-hostpath-vols',
      'other/remove-hostpath-volumes',
      'pod-security/podsecurity-subrule-baseline',
    ],
    psa: ['hostPathVolumes'],
    monokle: ['PSS105'],
  },
  suppressedBy: [
    'sensitive-host-path',
    'writable-host-path',
    'container-runtime-socket-mount',
    'cloud-credential-host-path',
  ],
  options: {
    'allowed-prefixes': {
      type: 'strings',
      describe: 'Directories of the node that may be mounted, with what lies below them.',
      default: [],
    },
  },
  run(pod, context) {
    const allowed = textOption(context.options['allowed-prefixes']).map(normalPath);
    let found: Gathered;
    for (const volume of hostPathsOf(pod)) {
      if (volume.hostPath !== '' && allowed.some((prefix) => isWithin(volume.hostPath, prefix))) continue;
      found = and(found, {
        at: volume.at,
        message: `${volume.label} mounts ${volume.hostPath || 'a directory'} of the node.`,
        about: volume.about,
      });
    }
    return found;
  },
});
