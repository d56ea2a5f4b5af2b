import { defineCheck, ownerLabel, str } from '../src/check.ts';

export default defineCheck({
  id: 'priority-class-missing',
  title: 'No priority class',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'When the cluster is full nothing says which pods may be evicted first and which must stay.',
  remedy: 'Set priorityClassName.',
  peers: {
    polaris: ['priorityClassNotSet'],
    kyverno: ['other/require-pod-priorityclassname', 'other/add-pod-priorityclassname'],
  },
  run(pod) {
    if (!pod.settable || (str(pod.spec.priorityClassName) ?? '') !== '') return;
    return { at: pod.at('priorityClassName'), message: `${ownerLabel(pod)} has no priority class.` };
  },
});
