/** What a trial changed beside what it was made for. Pure. */
import type { Edit, Json, JsonMap, Path, Resource } from '../../model.ts';
import { applyEdits } from '../edit.ts';

/** A change that is wanted, of one object of the first render. */
export interface Wanted {
  resource: Resource;
  edits: readonly Edit[];
}

/**
 * The objects of a further render in the order of the first, under its names; undefined when they are not the same ones. A name
 * that is made up anew in each render stays in the manifest as it is, and counts as a difference there.
 */
export function aligned(before: readonly Resource[], after: readonly Resource[]): Resource[] | undefined {
  if (before.length !== after.length) return undefined;
  const key = ({ apiVersion, kind, namespace, name }: Resource): string =>
    JSON.stringify([apiVersion, kind, namespace, name]);
  const waiting = Map.groupBy(after, key);
  const counterparts = before.map((resource) => waiting.get(key(resource))?.shift());
  const left = [...waiting.values()].flat();
  const found = before.flatMap((resource, index) => {
    const known = counterparts[index];
    if (known !== undefined) return [known];
    const at = left.findIndex(
      ({ apiVersion, kind, origin }) =>
        apiVersion === resource.apiVersion && kind === resource.kind && origin.file === resource.origin.file,
    );
    return left.splice(at, at === -1 ? 0 : 1).map((one) => ({ ...one, name: resource.name }));
  });
  return found.length === before.length ? found : undefined;
}

/**
 * Fields that differ between two renders of a unit and that no wanted change accounts for: each as the position of its object
 * and the way to it. Checksums of configuration follow what they are made of, and do not count; nor does a field of
 * another object that now says what the fix says, by the same name: one switch may turn both.
 * @param after aligned with `before`
 * @param said all that the fixes of the trial set
 */
export function unexplained(
  before: readonly Resource[],
  after: readonly Resource[],
  wanted: readonly Wanted[],
  said: readonly Edit[],
): Path[] {
  const paths = Map.groupBy(
    wanted.flatMap(({ resource, edits }) => edits.map(({ path }) => ({ resource, path }))),
    ({ resource }) => resource,
  );
  const elsewhere = new Set(
    said.flatMap((edit) => (edit.op === 'set' ? [JSON.stringify([edit.path.at(-1), edit.value])] : [])),
  );
  return before.flatMap((resource, index) => {
    const own = (paths.get(resource) ?? []).map(({ path }) => path);
    const other = after[index];
    if (other === undefined) return [];
    const found: Path[] = [];
    differences(without(resource.manifest, own), without(other.manifest, own), [], (path, value) => {
      const name = path.at(-1);
      if (typeof name === 'string' && telling.test(name) && elsewhere.has(JSON.stringify([name, value]))) return;
      found.push([index, ...path]);
    });
    return found;
  });
}

/** Names that mean one thing wherever they stand, which `enabled` and `type` do not. */
const telling = /^[a-z]+[A-Z]/;

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

function differences(
  a: Json | undefined,
  b: Json | undefined,
  path: Path,
  found: (path: Path, now: Json | undefined) => void,
): void {
  if (isObject(a) && isObject(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      differences(a[key], b[key], [...path, key], found);
    return;
  }
  if (JSON.stringify(a) !== JSON.stringify(b) && !isChecksum(a, b, path)) found(path, b);
}

function isChecksum(a: Json | undefined, b: Json | undefined, path: Path): boolean {
  const digest = /^[0-9a-f]{32,128}$/;
  return path.includes('annotations') && [a, b].every((value) => typeof value === 'string' && digest.test(value));
}

function isObject(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null;
}
