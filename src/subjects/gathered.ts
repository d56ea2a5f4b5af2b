import type { Violation } from '../model.ts';

/** What a check has found of a subject so far: mostly nothing, and then mostly one, for which no list is made. */
export type Gathered = undefined | Violation | Violation[];

/** What was found so far, and one more. A list is the caller's own: it grows. */
export function and(found: Gathered, violation: Violation): Violation | Violation[] {
  if (found === undefined) return violation;
  if (!Array.isArray(found)) return [found, violation];
  found.push(violation);
  return found;
}
