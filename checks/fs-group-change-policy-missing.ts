import { absent, claimsOf, defineCheck, isMap, isMounted, map, ownerLabel, volumesOf } from '../src/check.ts';

export default defineCheck({
  id: 'fs-group-change-policy-missing',
  title: 'fsGroupChangePolicy is not set',
  category: 'workload-hardening',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Every start changes the group of every file of the volume, which takes minutes on large ones.',
  remedy: 'Set fsGroupChangePolicy to OnRootMismatch.',
  peers: { kubescape: ['C-0211'] },
  run(pod) {
    const context = map(pod.spec.securityContext);
    if (absent(context.fsGroup) || !absent(context.fsGroupChangePolicy)) return;
    const claims = [
      ...claimsOf(pod.resource),
      ...volumesOf(pod).filter(({ spec }) => isMap(spec.persistentVolumeClaim)),
    ];
    if (!claims.some(({ name }) => isMounted(pod, name))) return;
    const at = pod.at('securityContext', 'fsGroupChangePolicy');
    return {
      at,
      message: `${ownerLabel(pod)} takes over all files of its volumes at every start.`,
      fix: {
        description: 'Set it to OnRootMismatch.',
        edits: [{ op: 'set', path: at, value: 'OnRootMismatch' }],
      },
    };
  },
});
