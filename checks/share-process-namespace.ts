import { defineCheck, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'share-process-namespace',
  title: 'Containers of the pod share one process namespace',
  category: 'pod-security',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'Through /proc each container reads the environment, the open files and the root file system of the others.',
  remedy: 'Remove shareProcessNamespace.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1057'] },
  run(pod) {
    if (pod.spec.shareProcessNamespace !== true) return;
    const at = pod.at('shareProcessNamespace');
    return {
      at,
      message: `${ownerLabel(pod)} lets its containers see one another's processes.`,
      fix: {
        description: 'Set shareProcessNamespace to false.',
        edits: [{ op: 'set', path: at, value: false }],
        risky: true,
      },
    };
  },
});
