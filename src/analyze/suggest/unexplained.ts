/** What a trial changed beside what it was made for. Pure. */
import type { Edit, Json, JsonMap, Path, Resource } from '../../model.ts';
import { applyEdits } from '../edit.ts';

/** A change that is wanted, of one object of the first render. */
export interface Wanted {
  resource: Resource;
  edits: readonly Edit[];
}

/** A field of an object that differs: the object by its position, the way to the field. */
export type Difference = string;

/**
 * Fields that differ between two renders of a unit and that no wanted change accounts for; undefined when the objects are not
 * the same ones. Checksums of configuration follow what they are made of, and do not count.
 */
export function unexplained(
  before: readonly Resource[],
  after: readonly Resource[],
  wanted: readonly Wanted[],
): Set<Difference> | undefined {
  if (before.length !== after.length) return undefined;
  const paths = Map.groupBy(
    wanted.flatMap(({ resource, edits }) => edits.map(({ path }) => ({ resource, path }))),
    ({ resource }) => resource,
  );
  const others = matched(before, after);
  if (others === undefined) return undefined;
  const found = new Set<Difference>();
  before.forEach((resource, index) => {
    const own = (paths.get(resource) ?? []).map(({ path }) => path);
    const other = others[index];
    if (other === undefined) return;
    const [was, is] = [without(resource.manifest, own), without(other.manifest, own)];
    differences(was, is, [], (path) => found.add(JSON.stringify([index, ...path])));
  });
  return found;
}

/** Each object's counterpart: same name, the nth of that name for the nth. */
function matched(before: readonly Resource[], after: readonly Resource[]): Resource[] | undefined {
  const key = ({ apiVersion, kind, namespace, name }: Resource): string =>
    JSON.stringify([apiVersion, kind, namespace, name]);
  const waiting = Map.groupBy(after, key);
  const found = before.flatMap((resource) => waiting.get(key(resource))?.shift() ?? []);
  return found.length === before.length ? found : undefined;
}

/** The object without the fields, and without mappings that only held them: no field and an empty one are the same. */
function without(manifest: JsonMap, paths: readonly Path[]): Json {
  if (paths.length === 0) return manifest;
  // Items move when one is taken out or put in: their list is compared by nobody.
  const whole = paths.map((path) => (typeof path.at(-1) === 'number' ? path.slice(0, -1) : path));
  const bare = applyEdits(
    manifest,
    whole.map((path) => ({ op: 'remove', path })),
  );
  return whole.reduce<Json>((value, path) => pruned(value, path.slice(0, -1)), bare);
}

function pruned(value: Json, path: Path): Json {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return value;
  const inner = (value as Record<string | number, Json | undefined>)[step];
  if (inner === undefined) return value;
  const now = pruned(inner, rest);
  if (Array.isArray(value)) return value.map((item: Json, index) => (index === step ? now : item));
  const isNothing = now === null || (typeof now === 'object' && !Array.isArray(now) && Object.keys(now).length === 0);
  const others = Object.entries(value).filter(([key]) => key !== step);
  return Object.fromEntries(isNothing ? others : [...others, [String(step), now]]);
}

function differences(a: Json | undefined, b: Json | undefined, path: Path, found: (path: Path) => void): void {
  if (isObject(a) && isObject(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      differences(a[key], b[key], [...path, key], found);
    return;
  }
  if (JSON.stringify(a) !== JSON.stringify(b) && !isChecksum(a, b, path)) found(path);
}

function isChecksum(a: Json | undefined, b: Json | undefined, path: Path): boolean {
  const digest = /^[0-9a-f]{32,128}$/;
  return path.includes('annotations') && [a, b].every((value) => typeof value === 'string' && digest.test(value));
}

function isObject(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null;
}
