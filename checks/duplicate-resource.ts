import {
  annotationsOf,
  canonicalKind,
  defineCheck,
  groupBy,
  isMap,
  type Json,
  labelOf,
  list,
  type Resource,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'duplicate-resource',
  title: 'The same object is defined twice',
  category: 'reliability',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'The last one applied wins, and the other is lost without a word.',
  remedy: 'Remove one definition.',
  *run(set) {
    const named = set.resources.filter(
      (one) => one.name !== '' && set.find(canonicalKind(one), one.namespace, one.name).length > 1 && !isHook(one),
    );
    const groups = groupBy(named, (one) => JSON.stringify([one.unit, canonicalKind(one), one.namespace, one.name]));
    for (const [first, ...others] of groups.values())
      for (const resource of first === undefined ? [] : others) {
        const same = first !== undefined && isEqual(first.manifest, resource.manifest);
        yield {
          resource,
          at: ['metadata', 'name'],
          message: `${labelOf(resource)} is there twice${whereIn(resource.namespace)}${same ? ', word for word' : ' with different content'}.`,
          ...(same ? { severity: 'low' } : {}),
        };
      }
  },
});

/** Hooks of different phases may share a name: Helm deletes one before it makes the next. */
function isHook(resource: Resource): boolean {
  return annotationsOf(resource).some(({ key }) => key === 'helm.sh/hook');
}

function isEqual(one: Json, other: Json): boolean {
  if (isMap(one) && isMap(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key] ?? null, other[key] ?? null))
    );
  }
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && list(one).every((item, index) => isEqual(item, list(other)[index] ?? null));
  return one === other;
}
