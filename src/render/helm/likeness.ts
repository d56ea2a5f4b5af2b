/** Whether a value of the chart is what a render shows. */
import type { Json } from '../../model.ts';
import { consistsOf } from '../../subjects/pattern.ts';
import { isMap } from '../../subjects/values.ts';
import { splitActions } from './split-actions.ts';

/** Equal, numbers and booleans also as the text a template may have made of them. */
export function same(a: Json, b: Json): boolean {
  if (typeof a === 'object' || typeof b === 'object') return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
  return String(a) === String(b);
}

/** Whether a value may have been printed so: texts in it may be templates of their own. */
export function couldBe(value: Json, printed: Json): boolean {
  if (Array.isArray(value))
    return (
      Array.isArray(printed) &&
      printed.length === value.length &&
      value.every((item: Json, index) => couldBe(item, (printed[index] ?? null) as Json))
    );
  if (isMap(value))
    return (
      isMap(printed) &&
      Object.keys(value).length === Object.keys(printed).length &&
      Object.entries(value).every(([key, one]) => Object.hasOwn(printed, key) && couldBe(one, printed[key] ?? null))
    );
  if (typeof value !== 'string' || !value.includes('{{')) return same(value, printed);
  return typeof printed !== 'object' && consistsOf(String(printed), splitActions(value).texts);
}

/** Whether `whole` has all that `part` says. */
export function holds(whole: Json, part: Json): boolean {
  if (!isMap(part)) return couldBe(part, whole);
  return (
    isMap(whole) &&
    Object.entries(part).every(([key, one]) => Object.hasOwn(whole, key) && holds(whole[key] ?? null, one))
  );
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
