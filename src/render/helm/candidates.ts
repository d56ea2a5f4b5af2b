/** Which values keys may have set a rendered field, best guess first. Only a render with the key changed proves one. */
import { dig } from '../../subjects/values.ts';
import type { Json, JsonMap, Path, Resource } from '../../model.ts';
import type { Reference } from './references.ts';
import { expand, keyOf, mergedValue, type ValuesKey, type ValuesLayers } from './values-source.ts';

/** A key, and the change of it that would show in the field. */
export interface Candidate {
  key: ValuesKey;
  /** Path in the chart's values (not in the file) that the trial sets. */
  trial: Path;
  /** What the trial sets there. */
  value: Json;
}

/** The deepest part of `path` that the object has. */
export function existing(manifest: JsonMap, path: Path): Path {
  let depth = path.length;
  while (depth > 0 && dig(manifest, ...path.slice(0, depth)) === undefined) depth--;
  return path.slice(0, depth);
}

/**
 * Keys that may set the field at `path`.
 * @param near references of the field's own lines, innermost first
 * @param wide references of the template around it, used only for fields that are missing
 */
export function candidatesFor(
  resource: Resource,
  path: Path,
  near: readonly Reference[],
  wide: readonly Reference[],
  layers: ValuesLayers,
): Candidate[] {
  const there = existing(resource.manifest, path);
  const found =
    there.length === path.length
      ? presentFirst(near.map((reference) => ofPresent(resource, path, reference, layers)))
      : [
          ...near.flatMap((reference) => ofMissing(resource, path, there, reference, layers)),
          ...wide.flatMap((reference) => ofNamed(path, there, reference, layers)),
        ];
  const seen = new Set<string>();
  return found.filter(({ trial }) => {
    const key = JSON.stringify(trial);
    return !seen.has(key) && seen.add(key);
  });
}

/** The value at the reference, or below it along the end of the field's path, that equals what was rendered. */
function ofPresent(resource: Resource, path: Path, reference: Reference, layers: ValuesLayers): Found {
  const rendered = dig(resource.manifest, ...path) ?? null;
  const equal: Candidate[] = [];
  const part: Candidate[] = [];
  for (const base of expand(layers, reference.path))
    for (let from = 0; from <= path.length; from++) {
      const trial = [...base, ...path.slice(from)];
      const value = mergedValue(layers, trial);
      const key = value === undefined ? undefined : keyOf(layers, trial);
      if (value === undefined || key === undefined) continue;
      if (same(value, rendered)) equal.push({ key, trial, value: changed(value) });
      else if (from === path.length && isPartOf(value, rendered)) part.push({ key, trial, value: changed(value) });
    }
  return { equal, part };
}

/** What a reference may have given to a field: the whole of it, or a part. */
interface Found {
  equal: Candidate[];
  part: Candidate[];
}

/** Whole values first. The last part of a composed value is the one that varies: the tag of an image, the suffix of a name. */
function presentFirst(found: readonly Found[]): Candidate[] {
  return [...found.flatMap(({ equal }) => equal), ...found.flatMap(({ part }) => part).reverse()];
}

/** A map in values that is what was rendered around the missing field: the field would go in there. */
function ofMissing(
  resource: Resource,
  path: Path,
  there: Path,
  reference: Reference,
  layers: ValuesLayers,
): Candidate[] {
  const around = dig(resource.manifest, ...there) ?? null;
  const rest = path.slice(there.length);
  return expand(layers, reference.path).flatMap((base) => {
    for (let from = 0; from <= there.length; from++) {
      const at = [...base, ...there.slice(from)];
      const value = mergedValue(layers, at);
      const key = value === undefined ? undefined : keyOf(layers, at);
      if (key !== undefined && value !== undefined && same(value, around))
        return [{ key, trial: [...at, ...rest], value: probe }];
    }
    return [];
  });
}

/** A key of the missing field's name that is empty, and read by the template around it: `securityContext: {}`. */
function ofNamed(path: Path, there: Path, reference: Reference, layers: ValuesLayers): Candidate[] {
  const rest = path.slice(there.length);
  const [name] = rest;
  if (typeof name !== 'string' || !reference.path.at(-1)?.toLowerCase().includes(name.toLowerCase())) return [];
  return expand(layers, reference.path).flatMap((base) => {
    const key = keyOf(layers, base);
    if (key === undefined || !isEmpty(key.value)) return [];
    return [{ key, trial: [...base, ...rest.slice(1)], value: rest.length === 1 ? { plimsoll: probe } : probe }];
  });
}

/** Stands for any value in a trial of a field that is not there yet. */
const probe = 'plimsoll-probe';

function changed(value: Json): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return value === '' ? probe : /^\d+$/.test(value) ? `${value}1` : `${value}-plimsoll`;
  if (Array.isArray(value)) return [];
  return probe;
}

/** Equal, numbers and booleans also as the text a template may have made of them. */
function same(a: Json, b: Json): boolean {
  if (typeof a === 'object' || typeof b === 'object') return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
  return String(a) === String(b);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

function isPartOf(value: Json, rendered: Json): boolean {
  if (typeof value === 'object' || typeof rendered !== 'string') return false;
  const text = String(value);
  return text !== '' && rendered.includes(text);
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
