/** A rendered field, and how to find it again in documents whose lists are in another order. */
import type { Json, JsonMap, Path } from '../../model.ts';
import { isMap, listOf } from '../yaml.ts';

/** One step to a field; a step into a list carries the rendered item. */
export type Step = { key: string } | { index: number; item: Json | undefined; list: string };

/** The path as steps of this object. */
export function stepsOf(manifest: JsonMap, path: Path): Step[] {
  let at: Json | undefined = manifest;
  let list = '';
  return path.map((step): Step => {
    if (typeof step === 'string') {
      at = isMap(at) && Object.hasOwn(at, step) ? at[step] : undefined;
      list = step;
      return { key: step };
    }
    at = listOf(at)[step];
    return { index: step, item: at, list };
  });
}

/** What names the items of the lists that kustomize merges: https://kubernetes.io/docs/reference/generated/kubernetes-api/ (patchMergeKey). */
const mergeKeys: Record<string, readonly string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  ports: ['containerPort', 'port'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  ownerReferences: ['uid'],
};

/** Whether patches are merged into the list item by item; any other list they replace. */
export function isMerged(list: string): boolean {
  return Object.hasOwn(mergeKeys, list);
}

/** The item of `list` that became the rendered one; -1 when it is not there. */
export function indexIn(list: readonly Json[], step: Step): number {
  if (!('index' in step)) return -1;
  const { item, index } = step;
  if (isMap(item))
    for (const key of mergeKeys[step.list] ?? []) {
      const name = item[key];
      if (name !== undefined) return list.findIndex((one) => isMap(one) && scalarText(one[key]) === scalarText(name));
    }
  const equal = list.findIndex((one) => same(one, item ?? null));
  if (equal >= 0) return equal;
  const named = isMap(item)
    ? list.findIndex((one) => isMap(one) && one.name !== undefined && one.name === item.name)
    : -1;
  return named >= 0 ? named : index < list.length ? index : -1;
}

/** How far the steps lead into a value, as a path of that value. */
export function follow(value: Json, steps: readonly Step[]): { path: Path; value: Json } {
  const path: (string | number)[] = [];
  let at = value;
  for (const step of steps) {
    let next: Json | undefined;
    let own: string | number;
    if ('key' in step) {
      own = step.key;
      next = isMap(at) && Object.hasOwn(at, own) ? at[own] : undefined;
    } else {
      const list = listOf(at);
      own = indexIn(list, step);
      next = list[own];
    }
    if (next === undefined) break;
    path.push(own);
    at = next;
  }
  return { path, value: at };
}

/** A scalar as text, `1` and `"1"` alike. */
export function scalarText(value: Json | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Equal, numbers and booleans also as text; the order of keys does not count. */
export function same(a: Json, b: Json): boolean {
  if (Array.isArray(a) || Array.isArray(b))
    return (
      listOf(a).length === listOf(b).length &&
      Array.isArray(a) === Array.isArray(b) &&
      listOf(a).every((one, index) => same(one, listOf(b)[index] ?? null))
    );
  if (isMap(a) && isMap(b))
    return (
      Object.keys(a).length === Object.keys(b).length &&
      Object.entries(a).every(([key, one]) => Object.hasOwn(b, key) && same(one, b[key] ?? null))
    );
  return !isMap(a) && !isMap(b) && scalarText(a) === scalarText(b);
}

/** Whether `whole` has all that `part` says. */
export function holds(whole: Json, part: Json): boolean {
  if (isMap(whole) && isMap(part))
    return Object.entries(part).every(([key, one]) => Object.hasOwn(whole, key) && holds(whole[key] ?? null, one));
  if (Array.isArray(whole) && Array.isArray(part))
    return listOf(part).every((one) => listOf(whole).some((other) => holds(other, one)));
  return same(whole, part);
}
