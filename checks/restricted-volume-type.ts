import { and, below, defineCheck, type Gathered, volumesOf, volumeSources } from '../src/check.ts';

export default defineCheck({
  id: 'restricted-volume-type',
  title: 'Volume type outside the restricted set',
  category: 'pod-security',
  severity: 'low',
  default: 'on',
  on: 'pod',
  why: 'Such a volume names servers, devices or credentials in the pod, so who may create pods may reach whatever storage the node reaches.',
  remedy: 'Move the storage behind a PersistentVolumeClaim or CSI driver.',
  standards: {
    pss: ['restricted/restrictedVolumes'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    mitre: ['T1611'],
  },
  peers: {
    trivy: ['KSV-0028'],
    kyverno: [
      'pod-security/restrict-volume-types',
      'pod-security/restricted-latest',
      'pod-security/restricted-exclude-capabilities',
      'pod-security/restricted-exclude-seccomp',
    ],
    psa: ['restrictedVolumes'],
    monokle: ['PSS201'],
  },
  suppressedBy: ['git-repo-volume', 'host-path-volume'],
  run(pod) {
    let found: Gathered;
    for (const volume of volumesOf(pod)) {
      const sources = volumeSources(volume);
      // Without any source the API makes it an emptyDir; what is no source at all is a fault of shape.
      if (sources.length === 0 || sources.some((source) => allowed.has(source.toLowerCase()))) continue;
      found = and(found, {
        at: below(volume.path, ...sources.slice(0, 1)),
        message: `${volume.label} is of type ${sources.join(', ')}, which the restricted profile does not allow.`,
        about: volume.about,
      });
    }
    return found;
  },
});

/** https://github.com/kubernetes/pod-security-admission/blob/master/policy/check_restrictedVolumes.go, in lower case. */
const allowed = new Set(
  'configmap csi downwardapi emptydir ephemeral image persistentvolumeclaim projected secret'.split(' '),
);
