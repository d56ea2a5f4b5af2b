import { dig } from '../src/check.ts';
import type { Edit, Json, JsonMap, Path, Resource } from '../src/model.ts';

/**
 * Changes of one place that may silence a finding at `at`, the likeliest first: the value that other objects of the fixture
 * have there, the place deleted, and the same for what holds it, one step out after the other.
 */
export function cures(manifest: JsonMap, at: Path, others: readonly Resource[]): Edit[][] {
  return at
    .map((_, index) => at.slice(0, at.length - index))
    .filter((path) => path.length > 1 && path.at(-1) !== 'metadata')
    .slice(0, 4)
    .flatMap((path) => {
      const present = dig(manifest, ...path);
      const values = distinct(others.flatMap((other) => valuesAt(other.manifest, path)))
        .filter((value) => value !== null && JSON.stringify(value) !== JSON.stringify(present))
        .filter((value) => present === undefined || typeof value === typeof present)
        .toSorted((a, b) => differing(a, present) - differing(b, present));
      const replaced = values.map((value): Edit[] => [{ op: 'set', path, value }]);
      const removed = removal(manifest, path);
      const deleted: Edit[][] = present === undefined || essential.has(removed.path.at(-1) ?? '') ? [] : [[removed]];
      return typeof present === 'boolean' ? [...deleted, ...replaced] : [...replaced, ...deleted];
    });
}

/** Without these an example would be of something else. */
const essential = new Set<string | number>(
  'value valueFrom name namespace kind apiVersion command args image containers spec metadata labels rules resources verbs apiGroups roleRef subjects'.split(
    ' ',
  ),
);

/** Deletes what stands at the path, and what would be left empty around it. */
function removal(manifest: JsonMap, path: Path): Edit {
  const around = path.slice(0, -1);
  const holder = dig(manifest, ...around);
  const size = typeof holder === 'object' && holder !== null ? Object.keys(holder).length : 0;
  return size > 1 || around.length < 1 ? { op: 'remove', path } : removal(manifest, around);
}

/** How far a value is from the present one: items that only one of them has, or the difference in length. */
function differing(value: Json, present: Json | undefined): number {
  if (Array.isArray(value) && Array.isArray(present)) {
    const [here, there] = [value, present].map((items) => (items as Json[]).map((item) => JSON.stringify(item)));
    const only = (some: string[] = [], others: string[] = []): number =>
      some.filter((item) => !others.includes(item)).length;
    return 10 * (only(here, there) + only(there, here));
  }
  return Math.abs(JSON.stringify(value).length - JSON.stringify(present ?? '').length);
}

/** The values at a path, at any position of the lists on it. */
function valuesAt(value: Json | undefined, [step, ...rest]: Path): Json[] {
  if (value === undefined) return [];
  if (step === undefined) return [value];
  if (typeof step === 'number')
    return Array.isArray(value) ? (value as Json[]).flatMap((item) => valuesAt(item, rest)) : [];
  return valuesAt(dig(value, step), rest);
}

function distinct(values: readonly Json[]): Json[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
