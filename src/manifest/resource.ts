import type { Json, JsonMap, Origin, Resource } from '../model.ts';
import type { ManifestDocument } from './parse.ts';

/** Turns a document into resources: one, or the items of a `List`. Documents without a kind are not objects: none. */
export function resourcesOf(
  document: ManifestDocument,
  where: { unit: string; namespace: string; origin: Origin; firstIndex: number },
): Resource[] {
  const { value } = document;
  if (typeof value.kind !== 'string') return [];
  const items = value.items;
  if (value.kind.endsWith('List') && Array.isArray(items))
    return (items as Json[]).flatMap((item, position) =>
      typeof item === 'object' && item !== null && !Array.isArray(item) && typeof (item as JsonMap).kind === 'string'
        ? [
            resource(
              item as JsonMap,
              { ...document, locate: (path) => document.locate(['items', position, ...path]) },
              where,
              position,
            ),
          ]
        : [],
    );
  return [resource(value, document, where, 0)];
}

function resource(
  manifest: JsonMap,
  document: ManifestDocument,
  where: { unit: string; namespace: string; origin: Origin; firstIndex: number },
  offset: number,
): Resource {
  const metadata = manifest.metadata;
  const text = (key: string): string => {
    const value =
      typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
        ? (metadata as JsonMap)[key]
        : undefined;
    return typeof value === 'string' ? value : '';
  };
  return {
    unit: where.unit,
    apiVersion: typeof manifest.apiVersion === 'string' ? manifest.apiVersion : '',
    kind: manifest.kind as string,
    namespace: text('namespace') || where.namespace,
    name: text('name'),
    manifest,
    origin: where.origin,
    index: where.firstIndex + offset,
    locate: (path) => document.locate(path),
  };
}
