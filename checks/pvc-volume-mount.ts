import {
  and,
  claimsOf,
  defineCheck,
  dig,
  type Gathered,
  Label,
  mountsFor,
  str,
  volumesOf,
  type WorkloadSet,
} from '../src/check.ts';

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
    const report = (volume: { name: string }, claim: string): void => {
      for (const mount of mountsFor(pod, volume))
        found = and(found, {
          at: mount.path,
          message: `${Label(mount.container)} can reach the data of the claim "${claim}".`,
        });
    };
    for (const volume of volumesOf(pod)) {
      const claim = str(dig(volume.spec, 'persistentVolumeClaim', 'claimName'));
      if (claim !== undefined && !isElsewhere(set, pod.resource.namespace, claim)) report(volume, claim);
    }
    // A StatefulSet makes a volume of each of its claims.
    for (const claim of claimsOf(pod.resource)) report(claim, claim.name);
    return found;
  },
});

/** Whether the claims of that name are all in other namespaces: a pod of this one gets none of them. */
function isElsewhere(set: WorkloadSet, namespace: string, name: string): boolean {
  if (set.find('PersistentVolumeClaim', namespace, name).length > 0) return false;
  return set.ofKind('PersistentVolumeClaim').some((claim) => claim.name === name);
}
