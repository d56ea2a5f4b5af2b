import type { Path, Resource } from '../model.ts';
import { isBuiltIn } from './built-in-role.ts';
import { labelSelector, selects } from './selector.ts';
import type { WorkloadSet } from './set.ts';
import { dig, isMap, list, map, str, strings } from './values.ts';

/** One rule of a role, its lists read as strings. */
export interface PolicyRule {
  path: Path;
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames: readonly string[];
  nonResourceURLs: readonly string[];
  verbs: readonly string[];
  /** The role the rule was aggregated from; absent for a role's own rules. */
  from?: Resource;
}

/** Who a role is given to. */
export interface BoundSubject {
  binding: Resource;
  kind: string;
  name: string;
  /** For service accounts: the one named, else that of the binding. */
  namespace: string;
}

/** A Role or ClusterRole with its rules and, when bindings are in the set, who holds it. */
export interface RoleSubject {
  resource: Resource;
  cluster: boolean;
  /** Own rules, then those that an aggregationRule collects from the set. */
  rules: readonly PolicyRule[];
  subjects: readonly BoundSubject[];
}

/** A RoleBinding or ClusterRoleBinding, read. */
export interface BindingSubject {
  resource: Resource;
  cluster: boolean;
  role: { kind: string; name: string };
  subjects: readonly (BoundSubject & { path: Path; explicitNamespace: boolean })[];
}

export const rbacGroup = 'rbac.authorization.k8s.io';

export const bindingKinds = ['RoleBinding.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io'];
const roleKinds = ['Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io'];

/** The roles of a set that are to be judged: not those Kubernetes itself brings. */
export function rolesOf(set: WorkloadSet): RoleSubject[] {
  return set
    .ofKind(...roleKinds)
    .filter((resource) => !isBuiltIn(resource))
    .map((resource) => roleOf(resource, set));
}

function roleOf(resource: Resource, set: WorkloadSet): RoleSubject {
  return {
    resource,
    cluster: resource.kind === 'ClusterRole',
    rules: [...rulesOf(resource), ...aggregatedRules(resource, set)],
    subjects: bindingsOf(set)
      .filter((binding) => refersTo(binding, resource))
      .flatMap((binding) => binding.subjects),
  };
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

function aggregatedRules(resource: Resource, set: WorkloadSet): PolicyRule[] {
  const selectors = list(dig(resource.manifest, 'aggregationRule', 'clusterRoleSelectors'));
  if (resource.kind !== 'ClusterRole' || selectors.length === 0) return [];
  return set.ofKind('ClusterRole.rbac.authorization.k8s.io').flatMap((other) => {
    if (other === resource) return [];
    const labels = map(dig(other.manifest, 'metadata', 'labels'));
    const chosen = selectors.some((selector) => {
      const wanted = labelSelector(selector);
      return wanted !== undefined && wanted.requirements.length > 0 && selects(wanted, labels);
    });
    return chosen
      ? rulesOf(other).map((rule) => ({ ...rule, path: ['aggregationRule', 'clusterRoleSelectors'], from: other }))
      : [];
  });
}

const bindingsBySet = new WeakMap<WorkloadSet, readonly BindingSubject[]>();

/** The bindings of a set. Read once. */
export function bindingsOf(set: WorkloadSet): readonly BindingSubject[] {
  let bindings = bindingsBySet.get(set);
  if (bindings === undefined) bindingsBySet.set(set, (bindings = set.ofKind(...bindingKinds).map(bindingOf)));
  return bindings;
}

export function bindingOf(resource: Resource): BindingSubject {
  return {
    resource,
    cluster: resource.kind === 'ClusterRoleBinding',
    role: {
      kind: str(dig(resource.manifest, 'roleRef', 'kind')) ?? '',
      name: str(dig(resource.manifest, 'roleRef', 'name')) ?? '',
    },
    subjects: list(resource.manifest.subjects).flatMap((subject, index) => {
      if (!isMap(subject)) return [];
      const namespace = str(subject.namespace) ?? '';
      return [
        {
          binding: resource,
          kind: str(subject.kind) ?? '',
          name: str(subject.name) ?? '',
          namespace: namespace === '' ? resource.namespace : namespace,
          explicitNamespace: namespace !== '',
          path: ['subjects', index],
        },
      ];
    }),
  };
}

/** Whether the binding gives the role. A Role is only found in the binding's own namespace. */
export function refersTo(binding: BindingSubject, role: Resource): boolean {
  if (binding.role.kind !== role.kind || binding.role.name !== role.name) return false;
  return role.kind === 'ClusterRole' || (!binding.cluster && binding.resource.namespace === role.namespace);
}

/** What a binding gives, as far as the set tells: the role it names, system roles included. */
export function boundRole(binding: BindingSubject, set: WorkloadSet): RoleSubject | undefined {
  const role = set.ofKind(...roleKinds).find((resource) => refersTo(binding, resource));
  return role === undefined ? undefined : roleOf(role, set);
}

/** True when bindings of the role are known and each of them holds in one namespace only. */
export function boundOnlyInNamespaces(role: RoleSubject): boolean {
  return role.subjects.length > 0 && role.subjects.every((subject) => subject.binding.kind === 'RoleBinding');
}

/** `ServiceAccount ci/deployer`, `Group admins`. */
export function subjectLabel(subject: Pick<BoundSubject, 'kind' | 'name' | 'namespace'>): string {
  if (subject.kind !== 'ServiceAccount' || subject.namespace === '') return `${subject.kind} ${subject.name}`;
  return `${subject.kind} ${subject.namespace}/${subject.name}`;
}
