import type { JsonMap, Path, Resource } from '../model.ts';
import { dig, isMap, list, str } from './values.ts';

/** A volume claim: an object of its own, or a template of a StatefulSet. */
export interface ClaimSubject {
  name: string;
  spec: JsonMap;
  path: Path;
}

/** The claims that a PersistentVolumeClaim or a StatefulSet declares. */
export function claimsOf(resource: Resource): ClaimSubject[] {
  const { manifest, kind, name } = resource;
  if (kind === 'PersistentVolumeClaim')
    return isMap(manifest.spec) ? [{ name, spec: manifest.spec, path: ['spec'] }] : [];
  return list(dig(manifest, 'spec', 'volumeClaimTemplates')).flatMap((claim, index) => {
    const spec = dig(claim, 'spec');
    const path = ['spec', 'volumeClaimTemplates', index, 'spec'];
    return isMap(spec) ? [{ name: str(dig(claim, 'metadata', 'name')) ?? '', spec, path }] : [];
  });
}
