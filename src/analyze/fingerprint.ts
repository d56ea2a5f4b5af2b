import type { Json, JsonMap, Path, RenderUnit, Resource } from '../model.ts';
import { sha256 } from '../sha256.ts';
import { groupOf } from '../subjects/kinds.ts';

/** Fields by which the items of a list are told apart, the first that an item has. */
const itemKeys = [
  'name',
  'mountPath',
  'devicePath',
  'containerPort',
  'port',
  'host',
  'key',
  'topologyKey',
  'ip',
  'path',
  'id',
] as const;

/**
 * What a finding is known by over commits: 32 hex digits over check, unit (kind and root, not the variant), object
 * (kind, group, namespace, name) and path, list items by name instead of position. No lines, no API versions.
 */
export function fingerprint(
  check: string,
  unit: Pick<RenderUnit, 'kind' | 'root'>,
  resource: Resource,
  path: Path,
  discriminator = '',
): string {
  return digest([
    check,
    unit.kind,
    unit.root,
    ...identityOf(resource),
    ...stablePath(resource.manifest, path),
    discriminator,
  ]);
}

/** Kind, group, namespace and name; objects without a name by generateName, else by their content. */
export function identityOf(resource: Resource): string[] {
  const { metadata } = resource.manifest;
  const generated = isMap(metadata) ? metadata.generateName : undefined;
  const name =
    resource.name !== ''
      ? (resource.steadyName ?? resource.name)
      : typeof generated === 'string'
        ? `generated:${generated}`
        : `nameless:${labelsOf(resource.manifest)}`;
  return [resource.kind, groupOf(resource.apiVersion), resource.namespace, name];
}

/** Of nameless objects only labels are likely to outlive an edit. */
function labelsOf(manifest: JsonMap): string {
  const { metadata } = manifest;
  return stable(isMap(metadata) ? (metadata.labels ?? null) : null);
}

/** The path with list positions replaced: `[name=app]`, else a hash of the item; equal ones are numbered. */
export function stablePath(manifest: JsonMap, path: Path): string[] {
  const steps: string[] = [];
  let at: Json | undefined = manifest;
  for (const step of path) {
    if (typeof step === 'string') {
      steps.push(`.${step}`);
      at = isMap(at) && Object.hasOwn(at, step) ? at[step] : undefined;
      continue;
    }
    const items: readonly Json[] = Array.isArray(at) ? (at as Json[]) : [];
    steps.push(itemStep(items, step));
    at = items[step];
  }
  return steps;
}

function itemStep(items: readonly Json[], index: number): string {
  const item = items[index];
  if (item === undefined) return `[${index}]`;
  const label = itemLabel(item);
  let earlier = 0;
  for (let before = 0; before < index; before += 1) if (itemLabel(items[before] ?? null) === label) earlier += 1;
  return earlier === 0 ? `[${label}]` : `[${label}#${earlier}]`;
}

function itemLabel(item: Json): string {
  if (!isMap(item)) return digest([stable(item)]).slice(0, 16);
  for (const key of itemKeys) {
    const value = item[key];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    // One port number may be served over two protocols.
    const protocol =
      key === 'containerPort' || key === 'port' ? `/${typeof item.protocol === 'string' ? item.protocol : 'TCP'}` : '';
    return `${key}=${value}${protocol}`;
  }
  return digest([stable(item)]).slice(0, 16);
}

/** JSON with sorted keys. */
export function stable(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function digest(parts: readonly string[]): string {
  // Lengths keep ["a", "b"] and ["ab"] apart.
  return sha256(parts.map((part) => `${part.length}:${part}`).join('')).slice(0, 32);
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
