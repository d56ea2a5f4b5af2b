import type { Json, JsonMap } from '../model.ts';
import { credentialForm, isCredentialName, isCredentialValue } from '../subjects/credentials.ts';

/** What stands for a value that must not be shown. */
export const masked = '***';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * A copy of the object without secret values: the values of a Secret's `data` and `stringData` (keys stay), the
 * last-applied annotation of any object, which repeats the whole object, and what is a credential by its name or form
 * wherever it stands. Objects without any are returned as they are. Anything else than a mapping where Secrets keep their
 * values is masked whole.
 */
export function maskSecrets(manifest: JsonMap): JsonMap {
  return withoutCredentials(maskObject(manifest)) as JsonMap;
}

function maskObject(manifest: JsonMap): JsonMap {
  const bare = withoutLastApplied(manifest);
  if (isObject(bare.items) || Array.isArray(bare.items))
    return {
      ...bare,
      items: Array.isArray(bare.items)
        ? (bare.items as Json[]).map((item) => (isObject(item) ? maskObject(item) : item))
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

/** `value` with every text masked that is a credential: under the name of one, in a `name`/`value` pair, or by its form. */
function withoutCredentials(value: Json): Json {
  if (Array.isArray(value)) return kept(value as Json[], (value as Json[]).map(withoutCredentials));
  if (isObject(value)) {
    const named = typeof value.name === 'string' && isCredentialName(value.name);
    const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
      const isCredential = isCredentialName(key) || (named && key === 'value');
      return [key, isCredential && isLiteral(inner) ? masked : withoutCredentials(inner)];
    });
    return entries.every(([key, inner]) => inner === value[key]) ? value : Object.fromEntries(entries);
  }
  return typeof value === 'string' && credentialForm(value) !== undefined ? masked : value;
}

const isLiteral = (value: Json): boolean =>
  (typeof value === 'string' || typeof value === 'number') && isCredentialValue(String(value));

const kept = (before: readonly Json[], after: readonly Json[]): readonly Json[] =>
  after.every((item, index) => item === before[index]) ? before : after;

function withoutLastApplied(manifest: JsonMap): JsonMap {
  const { metadata } = manifest;
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  if (!isObject(metadata) || !isObject(annotations) || !Object.hasOwn(annotations, lastApplied)) return manifest;
  return { ...manifest, metadata: { ...metadata, annotations: { ...annotations, [lastApplied]: masked } } };
}

function isObject(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
