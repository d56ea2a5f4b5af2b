import type { Resource } from '../model.ts';
import { stable } from './fingerprint.ts';

/**
 * Names without what is random in them, of the objects of two renders of one commit: `web-*` for `web-x7f2` and `web-9kq1`.
 * Objects are paired by kind and order, as the same templates print them. Only those whose names differ.
 */
export function steadyNames(first: readonly Resource[], second: readonly Resource[]): Map<Resource, string> {
  const found = new Map<Resource, string>();
  for (const [one, other] of paired(first, second)) {
    if (one.name === other.name) continue;
    const name = common(one.name, other.name);
    for (const resource of [one, other]) found.set(resource, name);
  }
  return found;
}

/** Whether two renders of one commit differ at all. */
export function isVolatile(first: readonly Resource[], second: readonly Resource[]): boolean {
  return (
    first.length !== second.length ||
    paired(first, second).some(([one, other]) => stable(one.manifest) !== stable(other.manifest))
  );
}

/** Objects that stand in both renders by name come first: a random name can change the order of those around it. */
function paired(first: readonly Resource[], second: readonly Resource[]): [Resource, Resource][] {
  const open = new Map<string, Resource[]>();
  const key = ({ kind, namespace, name }: Resource): string => JSON.stringify([kind, namespace, name]);
  for (const resource of second) open.set(key(resource), [...(open.get(key(resource)) ?? []), resource]);
  const pairs: [Resource, Resource][] = [];
  const left: Resource[] = [];
  for (const resource of first) {
    const twin = open.get(key(resource))?.shift();
    if (twin === undefined) left.push(resource);
    else pairs.push([resource, twin]);
  }
  const rest = [...open.values()].flat().sort((a, b) => a.index - b.index);
  for (const resource of left) {
    const at = rest.findIndex(({ kind, namespace }) => kind === resource.kind && namespace === resource.namespace);
    const [twin] = at < 0 ? [] : rest.splice(at, 1);
    if (twin !== undefined) pairs.push([resource, twin]);
  }
  return pairs;
}

/** The words both names begin and end with, `*` in between. Whole words: random ones may share letters by chance. */
function common(a: string, b: string): string {
  const [one, other] = [a, b].map((name) => name.split(/(?<=[-.])/)) as [string[], string[]];
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return `${one.slice(0, start).join('')}*${end === 0 ? '' : one.slice(-end).join('')}`;
}
