import type { JsonMap, Path, Resource } from '../model.ts';
import { keptFor } from './kept.ts';
import { podsOf } from './pod.ts';
import { isMap } from './values.ts';

/** A place of an object that carries labels and annotations. */
export interface MetadataSubject {
  path: Path;
  metadata: JsonMap;
  /** Of a pod template, not of the object itself. */
  template: boolean;
}

/** The metadata of the object and of its pod templates, missing ones as empty. */
export const metadataOf = keptFor((resource: Resource): readonly MetadataSubject[] => {
  const { metadata } = resource.manifest;
  const found: MetadataSubject[] = [{ path: ['metadata'], metadata: isMap(metadata) ? metadata : {}, template: false }];
  for (const pod of podsOf(resource))
    if (pod.metadataPath.length > 1) found.push({ path: pod.metadataPath, metadata: pod.metadata, template: true });
  return found;
});
