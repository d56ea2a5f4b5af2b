import { defineCheck, numberOption, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'too-many-containers',
  title: 'Pod has more containers than allowed',
  category: 'workload-hardening',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Containers of one pod share its life, its address and its node; many of them are usually several applications that cannot be scaled or updated apart.',
  remedy: 'Split the pod.',
  peers: { kyverno: ['other/limit-containers-per-pod'] },
  options: {
    max: { type: 'number', describe: 'Most containers of a pod, init containers included.', default: 4, min: 1 },
  },
  run(pod, { options }) {
    const count = pod.containers.filter((container) => container.list !== 'ephemeralContainers').length;
    const most = numberOption(options, 'max');
    if (count > most)
      return { at: pod.path, message: `${ownerLabel(pod)} has ${count} containers, more than ${most}.` };
  },
});
