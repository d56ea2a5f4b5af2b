import { severities, type Path, type Resource } from '../model.ts';
import type { Located } from './run.ts';

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
  const kept = new Set([...byResource.values()].flatMap(suppressWithin));
  return found.filter((one) => kept.has(one));
}

/** The same for the findings of one object, which come in the order of the checks. */
export function suppressWithin(group: readonly Located[]): readonly Located[] {
  if (group.length < 2) return group;
  const checks = new Set<string>();
  for (const { check } of group) checks.add(check.id);
  return survivors(checks.size === group.length ? group : unique(group), checks);
}

function unique(group: readonly Located[]): readonly Located[] {
  const once = new Set<string>();
  const repeated = new Set<string>();
  for (const { check } of group) (once.has(check.id) ? repeated : once).add(check.id);
  const candidates = group.filter(({ check }) => repeated.has(check.id));
  const said = new Set(candidates.map(({ check, violation }) => `${check.id} ${violation.message}`));
  if (said.size === candidates.length) return group;
  const seen = new Set<string>();
  return group.filter((one) => {
    if (!repeated.has(one.check.id)) return true;
    const key = JSON.stringify([one.check.id, one.violation.at, one.violation.about, one.violation.message]);
    return !seen.has(key) && seen.add(key);
  });
}

function survivors(group: readonly Located[], checks: ReadonlySet<string>): readonly Located[] {
  const suppressors = new Map<Located, readonly Located[]>();
  const byCheck = new Map<string, readonly Located[]>();
  for (const one of group)
    for (const id of one.check.suppressedBy ?? []) {
      if (!checks.has(id)) continue;
      let others = byCheck.get(id);
      if (others === undefined) byCheck.set(id, (others = group.filter(({ check }) => check.id === id)));
      const by = others.filter((other) => other !== one && sameThing(one, other));
      if (by.length === 0) continue;
      suppressors.set(one, [...(suppressors.get(one) ?? []), ...by]);
    }
  if (suppressors.size === 0) return group;
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
  return group.reduce((best, one) =>
    severities.indexOf(one.severity) > severities.indexOf(best.severity) ? one : best,
  );
}

function sameThing(one: Located, by: Located): boolean {
  return (
    aboutOf(one) === aboutOf(by) ||
    isPrefix(one.violation.at, by.violation.at) ||
    isPrefix(by.violation.at, one.violation.at) ||
    isAboutPod(by)
  );
}

const containerLists = new Set<string | number>(['containers', 'initContainers', 'ephemeralContainers']);

/** `Violation.about`, or the container the path lies in, or the path itself. */
function aboutOf({ violation }: Located): string {
  if (violation.about !== undefined) return violation.about;
  const { at } = violation;
  const list = at.findIndex((step, index) => containerLists.has(step) && typeof at[index + 1] === 'number');
  return JSON.stringify(list === -1 ? at : at.slice(0, list + 2));
}

/** A field of the pod itself (`hostNetwork`), not of one of its containers or volumes. */
function isAboutPod({ check, violation }: Located): boolean {
  return check.on === 'pod' && violation.about === undefined && violation.at.every((step) => typeof step === 'string');
}

function isPrefix(short: Path, long: Path): boolean {
  return short.length <= long.length && short.every((step, index) => step === long[index]);
}
