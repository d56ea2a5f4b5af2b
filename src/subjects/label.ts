import type { Resource } from '../model.ts';
import { keptOf } from './kept.ts';
import type { PodSubject } from './pod.ts';
import { dig } from './values.ts';

/** `Deployment "web"`, `Job "migrate-*"` where the server makes up the rest of the name; for sentences. */
export function labelOf({ kind, name, manifest }: Pick<Resource, 'kind' | 'name' | 'manifest'>): string {
  if (name !== '') return `${kind} "${name}"`;
  const generated = dig(manifest, 'metadata', 'generateName');
  return typeof generated === 'string' && generated !== '' ? `${kind} "${generated}*"` : `This ${kind}`;
}

/** The same of the object that carries a pod. */
export const ownerLabel = keptOf(({ resource }: PodSubject): string => labelOf(resource));
