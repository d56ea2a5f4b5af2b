import type { Check } from '../check.ts';
import { isKind, keptFor } from '../check.ts';
import type { Resource } from '../model.ts';

/** A check that is handed one subject after the other, not the whole set. */
export type SubjectCheck = Exclude<Check, { on: 'workloads' }>;
export type SetCheck = Extract<Check, { on: 'workloads' }>;

/** A list of checks, sorted by what they can apply to. */
export interface CheckGroups {
  /** Those over the whole set. */
  spanning: readonly SetCheck[];
  /** Those that objects of this one's apiVersion and kind meet, in their order. */
  of: (resource: Resource) => readonly SubjectCheck[];
  /** Where a check stands in the list, from 0. */
  position: (check: Check) => number;
}

/** Repositories may invent kinds. */
const mostKinds = 2_000;

/** Groups checks by the kinds they meet: an object never comes near the others. Lists of checks never change. */
export const groupsOf = keptFor((checks: readonly Check[]): CheckGroups => {
  const spanning = checks.filter((check) => check.on === 'workloads');
  const others = checks.filter((check) => check.on !== 'workloads');
  const byVersion = new Map<string, Map<string, readonly SubjectCheck[]>>();
  const positions = new Map(checks.map((check, index) => [check, index]));
  let kinds = 0;
  return {
    spanning,
    position: (check) => positions.get(check) ?? 0,
    of(resource) {
      const known = byVersion.get(resource.apiVersion)?.get(resource.kind);
      if (known !== undefined) return known;
      if (kinds >= mostKinds) byVersion.clear();
      kinds = byVersion.size === 0 ? 1 : kinds + 1;
      const byKind = byVersion.get(resource.apiVersion) ?? new Map<string, readonly SubjectCheck[]>();
      const found = others.filter((check) => meets(check, resource));
      byVersion.set(resource.apiVersion, byKind.set(resource.kind, found));
      return found;
    },
  };
});

const roleKinds = ['Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io'];

/** Whether objects carry pods is not told by their kind alone: what has none has nothing to run a check of pods on. */
function meets(check: SubjectCheck, resource: Resource): boolean {
  if (check.on === 'role') return isKind(resource, roleKinds);
  return check.kinds === undefined || isKind(resource, check.kinds);
}
