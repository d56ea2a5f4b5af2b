import type { Path, Resource } from '../model.ts';
import type { Located } from './run.ts';

/** What a finding is known by when its unit is rendered again with something changed. */
interface Known {
  check: { id: string };
  resource: Resource;
  message: string;
  path: Path;
}

/**
 * Tells whether findings are still there in further renders of their unit. A finding has changed when the same words at the
 * same place are gone, and are not merely said of another place of the same object.
 * @param before the objects that were judged first
 * @param judge all findings of a set of objects, redundant ones too; asked once a set
 */
export function recheck(
  before: readonly Resource[],
  judge: (resources: readonly Resource[]) => readonly Located[],
): (finding: Known, after: readonly Resource[]) => boolean {
  const counted = new WeakMap<readonly Resource[], Map<string, number>>();
  const countOf = (resources: readonly Resource[]): Map<string, number> => {
    const known = counted.get(resources);
    if (known !== undefined) return known;
    const counts = new Map<string, number>();
    for (const { check, resource, violation } of judge(resources))
      for (const key of keysOf({ check, resource, message: violation.message, path: violation.at }))
        counts.set(key, (counts.get(key) ?? 0) + 1);
    counted.set(resources, counts);
    return counts;
  };
  return (finding, after) => {
    const now = countOf(after);
    const [words, place] = keysOf(finding);
    return !now.has(place) && (now.get(words) ?? 0) < (countOf(before).get(words) ?? 0);
  };
}

/** The namespace is left out: it may be what the trial changes. */
function keysOf({ check, resource, message, path }: Known): [words: string, place: string] {
  const words = [check.id, resource.kind, resource.name, message];
  return [JSON.stringify(words), JSON.stringify([...words, path])];
}
