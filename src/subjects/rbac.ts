import type { Path, Resource } from '../model.ts';
import { dig, isMap, list, str, strings } from './values.ts';
import { canonicalKind } from './kinds.ts';
import type { WorkloadSet } from './set.ts';

/** One rule of a role, its lists read as strings. */
export interface PolicyRule {
  path: Path;
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames: readonly string[];
  nonResourceURLs: readonly string[];
  verbs: readonly string[];
}

/** Who a role is given to. */
export interface BoundSubject {
  binding: Resource;
  kind: string;
  name: string;
  namespace: string;
}

/** A Role or ClusterRole with its rules and, when bindings are in the set, who holds it. */
export interface RoleSubject {
  resource: Resource;
  cluster: boolean;
  rules: readonly PolicyRule[];
  subjects: readonly BoundSubject[];
}

/** Roles that Kubernetes itself brings: names starting with `system:` and bootstrap defaults are not judged. */
function isSystemRole(resource: Resource): boolean {
  return (
    resource.name.startsWith('system:') ||
    dig(resource.manifest, 'metadata', 'labels', 'kubernetes.io/bootstrapping') === 'rbac-defaults'
  );
}

/** The roles of a set that are to be judged. */
export function rolesOf(set: WorkloadSet): RoleSubject[] {
  return set.resources
    .filter((r) =>
      ['Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io'].includes(canonicalKind(r)),
    )
    .filter((r) => !isSystemRole(r))
    .map((resource) => ({
      resource,
      cluster: resource.kind === 'ClusterRole',
      rules: rulesOf(resource),
      subjects: subjectsOf(resource, set),
    }));
}

export function rulesOf(resource: Resource): PolicyRule[] {
  return list(resource.manifest.rules).flatMap((rule, index) =>
    isMap(rule)
      ? [
          {
            path: ['rules', index],
            apiGroups: strings(rule.apiGroups),
            resources: strings(rule.resources),
            resourceNames: strings(rule.resourceNames),
            nonResourceURLs: strings(rule.nonResourceURLs),
            verbs: strings(rule.verbs),
          },
        ]
      : [],
  );
}

function subjectsOf(role: Resource, set: WorkloadSet): BoundSubject[] {
  const found: BoundSubject[] = [];
  for (const binding of set.resources) {
    if (binding.kind !== 'RoleBinding' && binding.kind !== 'ClusterRoleBinding') continue;
    const ref = binding.manifest.roleRef;
    if (dig(ref, 'kind') !== role.kind || dig(ref, 'name') !== role.name) continue;
    if (role.kind === 'Role' && binding.namespace !== role.namespace) continue;
    for (const subject of list(binding.manifest.subjects))
      found.push({
        binding,
        kind: str(dig(subject, 'kind')) ?? '',
        name: str(dig(subject, 'name')) ?? '',
        namespace: str(dig(subject, 'namespace')) ?? binding.namespace,
      });
  }
  return found;
}

/** Whether a rule gives one of `verbs` on `resource` of `group`, literally or through wildcards. */
export function grants(rule: PolicyRule, group: string, resource: string, verbs: readonly string[]): boolean {
  const groupMatches = rule.apiGroups.some((g) => g === '*' || g === group);
  const [base = '', sub] = resource.split('/');
  const resourceMatches = rule.resources.some(
    (r) => r === '*' || r === resource || (sub !== undefined && (r === `*/${sub}` || r === `${base}/*`)),
  );
  return groupMatches && resourceMatches && rule.verbs.some((v) => v === '*' || verbs.includes(v));
}
