import { and, defineCheck, type Gathered, hostPathsOf, reachesEngineSocket } from '../src/check.ts';

export default defineCheck({
  id: 'container-runtime-socket-mount',
  title: 'Container runtime or engine socket is mounted',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'Whoever can talk to the container engine starts a privileged container and owns the node; mounting the socket read-only does not stop that.',
  remedy: 'Remove the mount; build with a rootless builder or talk to the Kubernetes API instead.',
  standards: {
    pss: ['baseline/hostPathVolumes'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    mitre: ['T1610', 'T1611'],
  },
  peers: {
    checkov: ['CKV_K8S_27'],
    trivy: ['KSV-0006'],
    'kube-linter': ['docker-sock'],
    kubescape: ['C-0074'],
    kubesec: ['DockerSock'],
    kyverno: ['best-practices/disallow-cri-sock-mount', 'other/docker-socket-requires-label'],
    monokle: ['KBP101'],
  },
  run(pod) {
    let found: Gathered;
    for (const volume of hostPathsOf(pod))
      if (reachesEngineSocket(volume.hostPath))
        found = and(found, {
          at: volume.at,
          message: `${volume.label} hands out the container engine's socket through ${volume.hostPath}.`,
          about: volume.about,
        });
    return found;
  },
});
