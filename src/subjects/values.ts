import type { Json, JsonMap, Path } from '../model.ts';

/** The value at `path`, or undefined when any step is missing or of another type. Own properties only. */
export function dig(value: Json | undefined, ...path: Path): Json | undefined {
  let at: Json | undefined = value;
  for (let index = 0; index < path.length && at !== undefined; index += 1) {
    const step = path[index];
    if (typeof step === 'number') at = Array.isArray(at) ? (at as readonly Json[])[step] : undefined;
    else at = isMap(at) && step !== undefined ? own(at, step) : undefined;
  }
  return at;
}

/** What objects inherit is functions and `__proto__`, and no value is a function: asking for ownership can be spared. */
function own(holder: JsonMap, key: string): Json | undefined {
  const value = holder[key];
  return typeof value === 'function' || (key === '__proto__' && !Object.hasOwn(holder, key)) ? undefined : value;
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping, or an empty one. */
export function map(value: Json | undefined): JsonMap {
  return isMap(value) ? value : emptyMap;
}

/** The list, or an empty one. */
export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : emptyList;
}

/** Most of what is asked for is missing. */
const emptyMap: JsonMap = {};
const emptyList: readonly Json[] = [];

/** The string, or undefined for anything else. */
export function str(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The strings of a list; other items are left out. */
export function strings(value: Json | undefined): string[] {
  return list(value).filter((item) => typeof item === 'string');
}

/** An integer, also when written as a string of digits; undefined for anything else. */
export function int(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  return typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** Whether a value is absent as the API sees it: missing or null. */
export function absent(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** The items of an option of type `strings`. */
export function textOption(value: readonly string[] | string | number | boolean | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** A value for a sentence: JSON, cut to `length` characters. Not for anything that may be secret. */
export function printable(value: Json | undefined, length = 80): string {
  const text = JSON.stringify(value ?? null);
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
