import { atLeast, defineCheck, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'user-namespace-disabled',
  title: 'Pod does not run in its own user namespace',
  category: 'pod-security',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Root in the container is root on the node as soon as it breaks out.',
  remedy: 'Set hostUsers false after checking runtime and volume support.',
  standards: { pss: ['relaxation/hostUsers'], nsa: ['Kubernetes Pod security: non-root containers'], mitre: ['T1611'] },
  peers: { kubesec: ['HostUsers'] },
  run(pod, { kubeVersion }) {
    const { spec } = pod;
    if (!atLeast(kubeVersion, 33) || pod.windows || spec.hostUsers === false || !pod.settable) return;
    if ([spec.hostNetwork, spec.hostPID, spec.hostIPC].includes(true)) return;
    return { at: pod.at('hostUsers'), message: `${ownerLabel(pod)} shares the user IDs of the node.` };
  },
});
