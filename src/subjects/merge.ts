import type { Json, JsonMap } from '../model.ts';
import { isMap } from './values.ts';

/** `base` with `over` laid on top: mappings are merged, everything else is replaced; null in `over` leaves `base`. */
export function overlay(base: JsonMap, over: JsonMap): JsonMap {
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(base, key) ? base[key] : undefined;
    if (value === null && below !== undefined) continue;
    merged[key] = isMap(value) && isMap(below) ? overlay(below, value) : value;
  }
  return merged;
}
