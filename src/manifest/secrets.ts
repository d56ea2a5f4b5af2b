import type { Json, JsonMap } from '../model.ts';

/** What stands for a value that must not be shown. */
export const masked = '***';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * A copy of the object without secret values: the values of a Secret's `data` and `stringData` (keys stay), and the
 * last-applied annotation of any object, which repeats the whole object. Other objects are returned as they are. Anything
 * else than a mapping where Secrets keep their values is masked whole.
 */
export function maskSecrets(manifest: JsonMap): JsonMap {
  const bare = withoutLastApplied(manifest);
  if (isObject(bare.items) || Array.isArray(bare.items))
    return {
      ...bare,
      items: Array.isArray(bare.items)
        ? (bare.items as Json[]).map((item) => (isObject(item) ? maskSecrets(item) : item))
        : bare.items,
    };
  if (bare.kind !== 'Secret') return bare;
  const copy: Record<string, Json> = { ...bare };
  for (const field of ['data', 'stringData']) if (Object.hasOwn(copy, field)) copy[field] = maskValues(copy[field]);
  return copy;
}

function maskValues(value: Json | undefined): Json {
  if (!isObject(value)) return value === null || value === undefined ? null : masked;
  return Object.fromEntries(Object.keys(value).map((key) => [key, masked]));
}

function withoutLastApplied(manifest: JsonMap): JsonMap {
  const { metadata } = manifest;
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  if (!isObject(metadata) || !isObject(annotations) || !Object.hasOwn(annotations, lastApplied)) return manifest;
  return { ...manifest, metadata: { ...metadata, annotations: { ...annotations, [lastApplied]: masked } } };
}

function isObject(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
