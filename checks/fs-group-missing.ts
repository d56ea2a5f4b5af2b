import { claimsOf, defineCheck, dig, int, isMap, isMounted, ownerLabel, volumesOf } from '../src/check.ts';

export default defineCheck({
  id: 'fs-group-missing',
  title: 'No fsGroup for pod volumes',
  category: 'workload-hardening',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Files on the volume belong to whoever wrote them last, often root, so the application is given root to be able to write.',
  remedy: 'Set fsGroup to the group of the application.',
  standards: { nsa: ['Kubernetes Pod security: non-root containers'] },
  peers: {
    kubescape: ['C-0211'],
    kyverno: ['other/restrict-usergroup-fsgroup-id', 'other/add-default-securitycontext'],
  },
  options: {
    min: { type: 'number', describe: 'Lowest fsGroup allowed; 0 for no bound.', default: 0 },
    max: { type: 'number', describe: 'Highest fsGroup allowed; 0 for no bound.', default: 0 },
  },
  run(pod, context) {
    const group = int(dig(pod.spec, 'securityContext', 'fsGroup'));
    const at = pod.at('securityContext', 'fsGroup');
    const [min, max] = [Number(context.options.min), Number(context.options.max)];
    if (group !== undefined) {
      if (group < min || (max > 0 && group > max))
        return { at, message: `${ownerLabel(pod)} sets fsGroup to ${group}, outside the range allowed.` };
      return;
    }
    if (pod.windows || !pod.settable) return;
    const stored = [
      ...claimsOf(pod.resource),
      ...volumesOf(pod).filter(({ spec }) => storedTypes.some((type) => isMap(spec[type]))),
    ];
    if (stored.some(({ name }) => isMounted(pod, name)))
      return { at, message: `${ownerLabel(pod)} uses stored volumes without an fsGroup.` };
  },
});

const storedTypes = ['persistentVolumeClaim', 'ephemeral', 'csi'];
