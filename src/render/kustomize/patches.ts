/** What a patch says about one field. */
import type { Json, JsonMap } from '../../model.ts';
import { isMap, listOf, mapOf, textOf } from '../yaml.ts';
import { follow, indexIn, isMerged, type Step } from './field.ts';
import type { Source } from './sources.ts';
import type { Write } from './write.ts';

/** A strategic-merge patch: how far it goes towards the field, and what it does there. */
export function mergeWrite(patch: Source, steps: readonly Step[]): Omit<Write, 'trail'> | undefined {
  const path: (string | number)[] = [];
  let at: Json = patch.value;
  let replaces = false;
  let removes = false;
  for (const step of steps) {
    removes = isMap(at) && at.$patch === 'delete';
    if (isMap(at) && at.$patch === 'replace') replaces = true;
    if (removes || at === null) break;
    const next = nextOf(at, step);
    if (next === undefined) break;
    if ('index' in step && (!isMerged(step.list) || listOf(at).some((one) => mapOf(one).$patch === 'replace')))
      replaces = true;
    path.push(next.own);
    at = next.value;
  }
  const place = path.length === 0 ? undefined : patch.find(path);
  if (place === undefined) return undefined;
  if (removes || at === null || mapOf(at).$patch === 'delete')
    return { place, depth: path.length, removes: true, replaces: true };
  const whole = path.length === steps.length;
  // A list that is not merged is replaced, also where the patch's has fewer items.
  const rest = steps[path.length];
  if (Array.isArray(at) && (rest === undefined || ('index' in rest && !isMerged(rest.list))))
    replaces ||= !lastIsMerged(steps, path.length);
  return {
    place,
    depth: path.length,
    replaces: replaces || (whole && !isMap(at) && !Array.isArray(at)),
    ...(whole ? { value: at } : {}),
  };
}

function lastIsMerged(steps: readonly Step[], depth: number): boolean {
  const step = steps[depth - 1];
  return step !== undefined && 'key' in step && isMerged(step.key);
}

function nextOf(at: Json, step: Step): { own: string | number; value: Json } | undefined {
  if ('key' in step) {
    if (!isMap(at) || !Object.hasOwn(at, step.key)) return undefined;
    return { own: step.key, value: at[step.key] ?? null };
  }
  const list = listOf(at);
  const own = indexIn(list, step);
  const value = list[own];
  return value === undefined ? undefined : { own, value };
}

/** Operations of a JSON 6902 patch on the field, in their order. `origin` has the object as it was written. */
export function operationWrites(patch: Source, steps: readonly Step[], origin: Json): Omit<Write, 'trail'>[] {
  return listOf(patch.value).flatMap((item, index): Omit<Write, 'trail'>[] => {
    const operation = mapOf(item);
    const tokens = tokensOf(textOf(operation.path));
    const op = textOf(operation.op);
    const added = operation.value;
    if (tokens.length === 0 || tokens.length > steps.length) return [];
    if (!tokens.every((token, depth) => meets(token, depth, depth === tokens.length - 1))) return [];
    if (op === 'remove') {
      const place = patch.find([index, 'path']);
      return place === undefined ? [] : [{ place, depth: tokens.length, removes: true, replaces: true }];
    }
    if (added === undefined || (op !== 'add' && op !== 'replace')) return [];
    const inner = follow(added, steps.slice(tokens.length));
    const place = patch.find([index, 'value', ...inner.path]);
    const depth = tokens.length + inner.path.length;
    return place === undefined
      ? []
      : [{ place, depth, replaces: true, ...(depth === steps.length ? { value: inner.value } : {}) }];

    function meets(token: string, depth: number, last: boolean): boolean {
      const step = steps[depth];
      if (step === undefined) return false;
      if ('key' in step) return step.key === token;
      // An item that is added is known by what it is, not by where it was put in.
      if (last && op === 'add') return added !== undefined && isItem(added, step);
      return token === String(step.index) || token === String(indexBefore(origin, steps, depth));
    }
  });
}

function isItem(added: Json, step: Step): boolean {
  if (!('index' in step) || step.item === undefined) return false;
  return indexIn([added, null], { ...step, index: 1 }) === 0;
}

function indexBefore(origin: Json, steps: readonly Step[], depth: number): string | number | undefined {
  return follow(origin, steps.slice(0, depth + 1)).path[depth];
}

/** A JSON pointer's steps. */
export function tokensOf(pointer: string): string[] {
  if (!pointer.startsWith('/')) return [];
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether a patch is a list of operations rather than a part of an object. */
export function isOperations(patch: Source): boolean {
  return Array.isArray(patch.value);
}

/** What the patch does to the labels and annotations that later selectors look at. */
export function metadataOf(patch: Source): JsonMap {
  return mapOf(mapOf(patch.value).metadata);
}
