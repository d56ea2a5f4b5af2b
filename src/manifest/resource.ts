import type { Json, JsonMap, Origin, Path, RepeatedKey, Resource, Span } from '../model.ts';

/** Where the objects of a document belong. */
export interface Placement {
  unit: string;
  /** Namespace of objects that name none; empty when the renderer knows none. */
  namespace: string;
  origin: Origin;
  /** `Resource.index` of the first object. */
  firstIndex: number;
}

/** Kinds that hold other objects, by their apiVersion: `v1 List` and the list kinds that the API serves. */
const listKind = /List$/;

/**
 * Turns a document into resources: one, or the items of a `List` (lists inside lists too). A document without a kind is
 * no object: none. The manifests are frozen.
 */
export function resourcesOf(
  document: { value: JsonMap; repeated?: readonly RepeatedKey[]; locate(path: Path): Span },
  where: Placement,
): Resource[] {
  const resources: Resource[] = [];
  collect(document.value, [], undefined, 0);
  return resources;

  function collect(
    value: JsonMap,
    path: Path,
    fallback: { apiVersion: string; kind: string } | undefined,
    depth: number,
  ): void {
    const kind = typeof value.kind === 'string' ? value.kind : (fallback?.kind ?? '');
    if (kind === '') return;
    const apiVersion = typeof value.apiVersion === 'string' ? value.apiVersion : (fallback?.apiVersion ?? '');
    const { items } = value;
    // CustomResourceDefinitions may be called anything; only a list has items at the top.
    if (kind.endsWith('List') && Array.isArray(items) && depth < 8) {
      // Items of a typed list (`DeploymentList`) may leave kind and version to the list.
      const inherited = kind === 'List' ? undefined : { apiVersion, kind: kind.replace(listKind, '') };
      (items as Json[]).forEach((item, index) => {
        if (isMap(item)) collect(item, [...path, 'items', index], inherited, depth + 1);
      });
      return;
    }
    resources.push(objectOf(value, apiVersion, kind, path));
  }

  function objectOf(manifest: JsonMap, apiVersion: string, kind: string, path: Path): Resource {
    const resource: Resource = {
      unit: where.unit,
      apiVersion,
      kind,
      namespace: text(manifest, 'namespace') || where.namespace,
      name: text(manifest, 'name'),
      manifest: freeze(manifest),
      origin: where.origin,
      index: where.firstIndex + resources.length,
      locate: (inner) => document.locate(path.length === 0 ? inner : [...path, ...inner]),
    };
    const { repeated = [] } = document;
    if (repeated.length === 0) return resource;
    return { ...resource, repeated: repeated.flatMap((one) => within(one, path, resources.length === 0)) };
  }
}

/** A repeated key as the object at `path` has it. One of the list around the objects (`items` twice) is told of the first. */
function within({ key, path: at }: RepeatedKey, path: Path, isFirst: boolean): RepeatedKey[] {
  if (path.every((step, index) => step === at[index])) return [{ key, path: at.slice(path.length) }];
  return isFirst && at.length === 1 ? [{ key, path: [] }] : [];
}

/** Freezes a value with all that it holds; what is frozen already (an alias, seen twice) is not walked again. */
export function freeze<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value as JsonMap)) freeze(inner);
  return value;
}

function text(manifest: JsonMap, key: string): string {
  const { metadata } = manifest;
  const value = isMap(metadata) ? metadata[key] : undefined;
  return typeof value === 'string' ? value : '';
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
