import { absent, and, below, defineCheck, type Gathered, volumesOf } from '../src/check.ts';

export default defineCheck({
  id: 'git-repo-volume',
  title: 'gitRepo volume is used',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'The kubelet runs git on the node as root; a repository with prepared hooks or submodules runs code there (CVE-2024-10220).',
  remedy: 'Clone in an init container with an unprivileged user into an emptyDir.',
  standards: {
    pss: ['restricted/restrictedVolumes'],
    nsa: ['Upgrading and application security practices'],
    mitre: ['T1611'],
  },
  peers: { trivy: ['KSV-0028'], kyverno: ['pod-security/restrict-volume-types'], psa: ['restrictedVolumes'] },
  run(pod) {
    let found: Gathered;
    for (const volume of volumesOf(pod))
      if (!absent(volume.spec.gitRepo))
        found = and(found, {
          at: below(volume.path, 'gitRepo'),
          message: `${volume.label} is a gitRepo.`,
          about: volume.about,
        });
    return found;
  },
});
