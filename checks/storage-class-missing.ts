import {
  absent,
  and,
  below,
  claimsOf,
  defineCheck,
  dig,
  type Gathered,
  type Json,
  type Path,
  type Resource,
} from '../src/check.ts';

export default defineCheck({
  id: 'storage-class-missing',
  title: 'Volume claim names no storage class',
  category: 'storage',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['PersistentVolumeClaim', 'StatefulSet.apps'],
  why: 'The claim takes whatever class the cluster has by default, with its kind of disk, encryption and reclaim policy.',
  remedy: 'Set storageClassName.',
  peers: { kyverno: ['other/require-storageclass'] },
  run(resource) {
    let found: Gathered;
    for (const { name, spec, path } of claimsOf(resource))
      if (absent(spec.storageClassName) && annotated(resource, path) === undefined)
        found = and(found, { at: below(path, 'storageClassName'), message: `Claim "${name}" names no storage class.` });
    return found;
  },
});

/** The class as it was named before the field: in the claim's own metadata, beside its spec. */
function annotated(resource: Resource, spec: Path): Json | undefined {
  const metadata = [...spec.slice(0, -1), 'metadata'];
  return dig(resource.manifest, ...metadata, 'annotations', 'volume.beta.kubernetes.io/storage-class');
}
