import { and, below, claimsOf, defineCheck, dig, type Gathered, isSet } from '../src/check.ts';

export default defineCheck({
  id: 'pvc-storage-request-missing',
  title: 'Volume claim requests no storage size',
  category: 'storage',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['PersistentVolumeClaim', 'StatefulSet'],
  why: 'The API rejects a claim without a size, so the pods that wait for it never start.',
  remedy: 'Set the size.',
  peers: { kubesec: ['VolumeClaimRequestsStorage'] },
  run(resource) {
    let found: Gathered;
    for (const { name, spec, path } of claimsOf(resource))
      if (!isSet(dig(spec, 'resources', 'requests', 'storage')))
        found = and(found, {
          at: below(path, 'resources', 'requests', 'storage'),
          message: `Claim "${name}" requests no storage size.`,
        });
    return found;
  },
});
