import type { Json, JsonMap, Path } from '../src/model.ts';

/** Takes away whatever can be taken away while it `holds`: whole branches first, then what is in them. */
export function reduced(manifest: JsonMap, holds: (manifest: JsonMap) => boolean): JsonMap {
  let left = manifest;
  for (let before; before !== left;) {
    before = left;
    for (const path of branches(left, [])) {
      const without = remove(left, path) as JsonMap;
      if (!kept(path) && holds(without)) left = without;
    }
  }
  return left;
}

/** What tells what the object is; without it there is nothing to show. */
const kept = (path: Path): boolean => /^(?:apiVersion|kind|metadata|metadata\/name)$/.test(path.join('/'));

/** Paths of all values, outer ones before inner ones, the last items of a list first so that the others keep their places. */
function branches(value: Json | undefined, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, index) => index).toReversed() : usualLast(Object.keys(value));
  // An item of a list is shown whole, unless it is as large as a container.
  const whole = typeof path.at(-1) === 'number' && !/[cC]ontainers$|^templates$/.test(String(path.at(-2)));
  return keys.flatMap((key) => [
    ...(whole ? [] : [[...path, key]]),
    ...branches((value as JsonMap)[key], [...path, key]),
  ]);
}

/** What everybody writes goes last, so that it is what stays: containers rather than init containers. */
function usualLast(keys: readonly string[]): string[] {
  const rank = (key: string): number => ['containers', 'template', 'spec'].indexOf(key);
  return keys.toSorted((a, b) => rank(a) - rank(b));
}

/** The value without what stands at the path; the value itself when nothing does. */
function remove(value: Json | undefined, [step, ...rest]: Path): Json | undefined {
  if (step === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const index = Number(step);
    return rest.length === 0
      ? items.toSpliced(index, 1)
      : items.map((item, at) => (at === index ? (remove(item, rest) ?? null) : item));
  }
  const holder = value as JsonMap;
  if (!Object.hasOwn(holder, step)) return value;
  return Object.fromEntries(
    Object.entries(holder).flatMap(([key, inner]) => {
      if (key !== String(step)) return [[key, inner]];
      return rest.length === 0 ? [] : [[key, remove(inner, rest) ?? null]];
    }),
  );
}
