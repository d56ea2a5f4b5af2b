import type { Resource } from '../model.ts';

/**
 * The object of another render that an object has become: by kind, name and namespace; by kind and name where the namespace is
 * what changed; else by its position.
 */
export function sameObject(resource: Resource, after: readonly Resource[]): Resource | undefined {
  const alike = after.filter(({ kind, name }) => kind === resource.kind && name === resource.name);
  const exact = alike.filter(({ namespace }) => namespace === resource.namespace);
  if (exact.length === 1) return exact[0];
  if (alike.length === 1) return alike[0];
  return after.find(({ index, kind }) => index === resource.index && kind === resource.kind);
}
