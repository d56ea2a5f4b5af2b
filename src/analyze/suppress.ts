import { keptFor, type Check } from '../check.ts';
import type { Path, Resource, Violation } from '../model.ts';
import { rank } from '../severity.ts';
import type { Located } from './run.ts';

/** The checks of a run whose findings make those of `check` redundant. */
export type Suppressors = (check: Check) => readonly Check[];

/**
 * Leaves out findings that another one makes redundant (`suppressedBy`): same object, and the same thing in it. A chain
 * counts to its end: what suppresses a suppressed finding suppresses what that one suppressed. Of findings that suppress
 * one another in a circle the most severe stays. Repeated ones (same check, same path, same message) count once.
 */
export function suppress(found: readonly Located[]): Located[] {
  const byResource = new Map<Resource, Located[]>();
  for (const one of found) {
    const there = byResource.get(one.resource);
    if (there === undefined) byResource.set(one.resource, [one]);
    else there.push(one);
  }
  const suppressors = suppressorsAmong([...new Set(found.map(({ check }) => check))]);
  const kept = new Set([...byResource.values()].flatMap((group) => suppressWithin(group, suppressors)));
  return found.filter((one) => kept.has(one));
}

/** Finds the checks of `all` that make a check redundant. Lists of checks never change. */
export const suppressorsAmong = keptFor((all: readonly Check[]): Suppressors => {
  const byId = new Map(all.map((check) => [check.id, check]));
  const suppressors = new Map<Check, readonly Check[]>(
    all.map((check) => [check, (check.suppressedBy ?? []).flatMap((id) => byId.get(id) ?? [])]),
  );
  return (check) => suppressors.get(check) ?? noChecks;
});

const noChecks: readonly Check[] = [];

/** The same for the findings of one object, those of one check being neighbours. */
export function suppressWithin(group: readonly Located[], suppressors: Suppressors): readonly Located[] {
  return group.length < 2 ? group : survivors(unique(group), suppressors);
}

function unique(group: readonly Located[]): readonly Located[] {
  if (!saysTwice(group)) return group;
  const isRepeated = (check: Check, index: number): boolean =>
    group[index - 1]?.check === check || group[index + 1]?.check === check;
  const seen = new Set<string>();
  return group.filter(({ check, violation }, index) => {
    if (!isRepeated(check, index)) return true;
    const key = JSON.stringify([check.id, violation.at, violation.about, violation.message]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether a check says one sentence twice. Most say one or two: a set is made where there are more. */
function saysTwice(group: readonly Located[]): boolean {
  let first: Located | undefined;
  let before: Located | undefined;
  let said: Set<string> | undefined;
  for (const one of group) {
    const { message } = one.violation;
    if (first?.check !== one.check) {
      first = one;
      said = undefined;
    } else if (message === first.violation.message) return true;
    else if (before !== undefined && before !== first) {
      said ??= new Set([before.violation.message]);
      if (said.has(message)) return true;
      said.add(message);
    }
    before = one;
  }
  return false;
}

function survivors(group: readonly Located[], suppressorsOf: Suppressors): readonly Located[] {
  let suppressors: Map<Located, readonly Located[]> | undefined;
  let check: Check | undefined;
  let others: readonly Located[] = none;
  for (const one of group) {
    if (one.check !== check) {
      ({ check } = one);
      others = madeBy(suppressorsOf(check), group);
    }
    let by: Located[] | undefined;
    for (const other of others)
      if (other !== one && sameThing(one, other)) {
        if (by === undefined) by = [other];
        else by.push(other);
      }
    if (by !== undefined) (suppressors ??= new Map<Located, readonly Located[]>()).set(one, by);
  }
  return suppressors === undefined ? group : unsuppressed(group, suppressors);
}

const none: readonly Located[] = [];

/** What is left of a group, some of which others of it suppress. */
function unsuppressed(
  group: readonly Located[],
  suppressors: ReadonlyMap<Located, readonly Located[]>,
): readonly Located[] {
  const chained = [...suppressors.values()].some((by) => by.some((one) => suppressors.has(one)));
  if (!chained) return group.filter((one) => !suppressors.has(one));
  const kept = new Set<Located>();
  let open = [...group];
  while (open.length > 0) {
    const free = open.filter((one) => !suppressors.has(one));
    // Only circles are left when nothing is free.
    const stay = free.length > 0 ? free : [mostSevere(open)];
    for (const one of stay) kept.add(one);
    const gone = reaching(stay, open, suppressors);
    open = open.filter((one) => !gone.has(one));
  }
  return group.filter((one) => kept.has(one));
}

function madeBy(checks: readonly Check[], group: readonly Located[]): readonly Located[] {
  let found: Located[] | undefined;
  for (const check of checks)
    for (const one of group) {
      if (one.check !== check) continue;
      // One is the rule, and a list that is pushed to makes room for many.
      if (found === undefined) found = [one];
      else found.push(one);
    }
  return found ?? none;
}

/** All of `open` from which a way along suppressors leads to one of `ends`, those included. */
function reaching(
  ends: readonly Located[],
  open: readonly Located[],
  suppressors: ReadonlyMap<Located, readonly Located[]>,
): Set<Located> {
  const gone = new Set(ends);
  for (let before = -1; before !== gone.size;) {
    before = gone.size;
    for (const one of open) if (suppressors.get(one)?.some((other) => gone.has(other)) === true) gone.add(one);
  }
  return gone;
}

function mostSevere(group: readonly Located[]): Located {
  return group.reduce((best, one) => (rank(one.severity) > rank(best.severity) ? one : best));
}

function sameThing(one: Located, by: Located): boolean {
  return (
    isPrefix(one.violation.at, by.violation.at) ||
    isPrefix(by.violation.at, one.violation.at) ||
    isAboutPod(by) ||
    isAboutSame(one, by)
  );
}

/** Those of a pod, of a Tekton task and of a workflow's template. */
const containerLists = new Set<string | number>([
  ...['containers', 'initContainers', 'ephemeralContainers'],
  ...['steps', 'sidecars'],
]);

/** What is one container of a workflow's template, and stands in no list. */
const containerFields = new Set<string | number>(['container', 'script']);

function isAboutSame({ violation: one }: Located, { violation: by }: Located): boolean {
  if (one.about !== undefined || by.about !== undefined) return aboutOf(one) === aboutOf(by);
  const length = lengthOfThing(one.at);
  if (length !== lengthOfThing(by.at)) return false;
  for (let index = 0; index < length; index += 1) if (one.at[index] !== by.at[index]) return false;
  return true;
}

/** `Violation.about`, or the container the path lies in, or the path itself. */
function aboutOf({ about, at }: Violation): string {
  return about ?? JSON.stringify(at.slice(0, lengthOfThing(at)));
}

/** How many steps of a path lead to the container it lies in; all of them when it lies in none. */
function lengthOfThing(at: Path): number {
  for (let index = 1; index < at.length; index += 1) {
    if (typeof at[index] !== 'number') continue;
    const list = at[index - 1] ?? '';
    if (containerLists.has(list)) return index + 1;
    if (list === 'templates' && containerFields.has(at[index + 1] ?? '')) return index + 2;
  }
  return at.length;
}

/** A field of the pod itself (`hostNetwork`), not of one of its containers or volumes. */
function isAboutPod({ check, violation }: Located): boolean {
  return check.on === 'pod' && violation.about === undefined && violation.at.every((step) => typeof step === 'string');
}

function isPrefix(short: Path, long: Path): boolean {
  return short.length <= long.length && short.every((step, index) => step === long[index]);
}
