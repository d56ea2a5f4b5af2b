import { and, defineCheck, dig, type Gathered, Label, mountsFor, str, volumesOf } from '../src/check.ts';

export default defineCheck({
  id: 'pvc-volume-mount',
  title: 'Workload reads persistent data (inventory)',
  category: 'storage',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Whoever takes over the container reads and changes the stored data; the list shows which containers hold which.',
  remedy: 'Check the access is needed.',
  peers: { kubescape: ['C-0257'] },
  run(pod, { set }) {
    let found: Gathered;
    for (const volume of volumesOf(pod)) {
      const name = str(dig(volume.spec, 'persistentVolumeClaim', 'claimName'));
      if (name === undefined || set.find('PersistentVolumeClaim', pod.resource.namespace, name).length === 0) continue;
      for (const mount of mountsFor(pod, volume))
        found = and(found, {
          at: mount.path,
          message: `${Label(mount.container)} can reach the data of the claim "${name}".`,
        });
    }
    return found;
  },
});
