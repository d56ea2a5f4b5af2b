import type { Path, Resource, SourceLocation } from '../../model.ts';
import type { Fault } from '../renderer.ts';

/**
 * The place of a value in its own file: exact where it stands there, the nearest enclosing one where it is missing. What is missing
 * beside the object has no line of its own: the object's is the place.
 */
export function tracePlain(resource: Resource, path: Path, fault?: Pick<Fault, 'join'>): SourceLocation {
  return {
    file: resource.origin.file,
    span: resource.locate(path),
    precision: fault?.join === true || isThere(resource, path) ? 'exact' : 'nearest',
    trail: [],
  };
}

function isThere(resource: Resource, path: Path): boolean {
  let value: unknown = resource.manifest;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Record<string | number, unknown>)[step];
  }
  return true;
}
