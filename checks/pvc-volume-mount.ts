import { and, claimsOf, defineCheck, dig, type Gathered, Label, mountsFor, str, volumesOf } from '../src/check.ts';

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
  run(pod) {
    let found: Gathered;
    const report = (volume: { name: string }, claim: string): void => {
      for (const mount of mountsFor(pod, volume))
        found = and(found, {
          at: mount.path,
          message: `${Label(mount.container)} can reach the data of the claim "${claim}".`,
        });
    };
    for (const volume of volumesOf(pod)) {
      const claim = str(dig(volume.spec, 'persistentVolumeClaim', 'claimName'));
      if (claim !== undefined) report(volume, claim);
    }
    // A StatefulSet makes a volume of each of its claims.
    for (const claim of claimsOf(pod.resource)) report(claim, claim.name);
    return found;
  },
});
