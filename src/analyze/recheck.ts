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
 * same place are gone, and are not merely said of another place of the same object; it is gone when its check says nothing
 * else of that place either. An object that bears another name in
 * every render is known by its kind and file.
 * @param before the objects that were judged first
 * @param judge all findings of a set of objects, redundant ones too; asked once a set
 */
export function recheck(
  before: readonly Resource[],
  judge: (resources: readonly Resource[]) => readonly Located[],
): (finding: Known, after: readonly Resource[]) => 'gone' | 'changed' | 'there' {
  const kept = new WeakMap<readonly Resource[], Judged>();
  const judgedOf = (resources: readonly Resource[]): Judged => {
    let known = kept.get(resources);
    if (known === undefined) kept.set(resources, (known = judged(resources, judge(resources))));
    return known;
  };
  return (finding, after) => {
    const now = judgedOf(after);
    const then = judgedOf(before);
    const { name, kind } = finding.resource;
    const isNamed = now.names.has(`${kind}/${name}`);
    const words = isNamed ? wordsOf(finding) : wordsOf(finding, name);
    const isFewer = (key: string): boolean => (now.counts.get(key) ?? 0) < (then.counts.get(key) ?? 0);
    if ((isNamed && now.counts.has(JSON.stringify([words, finding.path]))) || !isFewer(words)) return 'there';
    return isFewer(isNamed ? placeOf(finding) : placeOf(finding, name)) ? 'gone' : 'changed';
  };
}

/** How often each thing is said, with the object's name and without, and at which places. */
interface Judged {
  counts: ReadonlyMap<string, number>;
  names: ReadonlySet<string>;
}

function judged(resources: readonly Resource[], found: readonly Located[]): Judged {
  const counts = new Map<string, number>();
  for (const { check, resource, violation } of found) {
    const known = { check, resource, message: violation.message };
    const words = wordsOf(known);
    const there = { ...known, path: violation.at };
    const places = [JSON.stringify([words, violation.at]), placeOf(there), placeOf(there, resource.name)];
    for (const key of [words, wordsOf(known, resource.name), ...places]) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return { counts, names: new Set(resources.map(({ kind, name }) => `${kind}/${name}`)) };
}

/** The check, the object and the path, whatever is said. */
function placeOf({ check, resource, path }: Known, hidden?: string): string {
  return JSON.stringify(['at', wordsOf({ check, resource, message: '' }, hidden), path]);
}

/** The namespace is left out: it may be what the trial changes. `hidden`: a name not to go by. */
function wordsOf({ check, resource, message }: Omit<Known, 'path'>, hidden?: string): string {
  if (hidden === undefined || hidden === '') return JSON.stringify([check.id, resource.kind, resource.name, message]);
  return JSON.stringify([check.id, resource.kind, resource.origin.file, message.replaceAll(hidden, '')]);
}
