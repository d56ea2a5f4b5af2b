import type { Path } from '../model.ts';
import { below } from './below.ts';
import type { PolicyRule, RoleSubject } from './rbac.ts';

/** What a rule may give: any of the verbs on any of the resources. Without `groups`, whatever the API group. */
export interface Right {
  groups?: readonly string[];
  /** Plural names, `pods/exec` for a subresource. */
  resources: readonly string[];
  verbs: readonly string[];
  /** Do not count `*` among the resources: the wildcard checks report it. */
  named?: boolean;
}

/** A rule that gives a right, with the list items that do. */
export interface Grant {
  rule: PolicyRule;
  /** The item of `resources` that gives it. */
  at: Path;
  /** The item as written, `*` and `pods/*` included. */
  resource: string;
  right: Right;
}

/**
 * How a rule gives the right; undefined when it does not. The `*` of a Role (not `cluster`) stands for what is in its namespace
 * alone, so it gives nothing on objects of the cluster; a Role that names them is taken at its word.
 */
export function grantOf(rule: PolicyRule, right: Right, cluster = true): Grant | undefined {
  const { groups } = right;
  if (groups !== undefined && !rule.apiGroups.some((group) => group === '*' || groups.includes(group)))
    return undefined;
  if (!rule.verbs.some((verb) => verb === '*' || right.verbs.includes(verb))) return undefined;
  const index = rule.resources.findIndex((item) =>
    right.resources.some(
      (resource) => covers(item, resource, right.named) && (cluster || item === resource || !ofCluster(resource)),
    ),
  );
  const resource = rule.resources[index];
  if (resource === undefined) return undefined;
  const at = rule.from === undefined ? below(rule.path, 'resources', index) : rule.path;
  return { rule, at, resource, right };
}

/** Whether an item of a rule's `resources` covers a resource: literally, by `*`, or by a wildcard on either side of the slash. */
function covers(item: string, resource: string, named = false): boolean {
  if (item === '*') return !named;
  if (item === resource) return true;
  const [base = '', sub] = resource.split('/');
  return sub !== undefined && (item === `*/${sub}` || item === `${base}/*`);
}

/** Whether a resource is in no namespace. Users and groups are asked for without one, too. */
function ofCluster(resource: string): boolean {
  return clusterResources.has(resource.split('/')[0] ?? '');
}

/** Every rule of the role that gives one of the rights, once, by the first right it gives. */
export function* grantsIn(role: RoleSubject, ...rights: readonly Right[]): Generator<Grant> {
  for (const rule of role.rules)
    for (const right of rights) {
      const grant = grantOf(rule, right, role.cluster);
      if (grant === undefined) continue;
      yield grant;
      break;
    }
}

/** What a grant lets do, of what the right asks for: `read`, `create, change and delete`. */
export function deedsOf({ rule, right }: Grant): string {
  const may = (verb: string): boolean =>
    right.verbs.includes(verb) && (rule.verbs.includes(verb) || rule.verbs.includes('*'));
  const found = deeds.flatMap(([deed, verbs]) => (verbs.some(may) ? [deed] : []));
  const last = found.pop() ?? '';
  return found.length === 0 ? last : `${found.join(', ')} and ${last}`;
}

const deeds: readonly (readonly [deed: string, verbs: readonly string[]])[] = [
  ['read', ['get', 'list', 'watch']],
  ['create', ['create']],
  ['change', ['update', 'patch']],
  ['delete', ['delete', 'deletecollection']],
];

export const writeVerbs = ['create', 'update', 'patch', 'delete', 'deletecollection'] as const;
const everyVerb = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] as const;

/** All verbs on all resources of all groups. */
export function isFullWildcard(rule: PolicyRule): boolean {
  const verbs = rule.verbs.includes('*') || everyVerb.every((verb) => rule.verbs.includes(verb));
  return verbs && rule.resources.includes('*') && rule.apiGroups.includes('*');
}

/** Resources whose writer runs code in the cluster. */
export const workloadRights = (verbs: readonly string[]): Right[] => [
  { groups: [''], resources: ['pods', 'replicationcontrollers'], verbs },
  { groups: ['apps'], resources: ['deployments', 'daemonsets', 'statefulsets', 'replicasets'], verbs },
  { groups: ['batch'], resources: ['jobs', 'cronjobs'], verbs },
];

/** Resources of admission control whose writer can switch it off. */
export const admissionResources = [
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
];

const clusterResources = new Set([
  ...admissionResources,
  ...['nodes', 'namespaces', 'persistentvolumes', 'clusterroles', 'clusterrolebindings', 'storageclasses'],
  ...['certificatesigningrequests', 'signers', 'customresourcedefinitions', 'apiservices', 'users', 'groups'],
]);

const nameless = ['create', 'deletecollection'];

/**
 * Grants on Secrets that no list of names limits. Names cannot limit create and deletecollection, whose requests carry none.
 */
export function* unnamedSecretGrants(role: RoleSubject): Generator<Grant> {
  const verbs = ['get', 'list', 'watch', ...writeVerbs];
  for (const grant of grantsIn(role, { groups: [''], resources: ['secrets'], verbs })) {
    const { resourceNames, verbs: given } = grant.rule;
    if (resourceNames.length === 0) yield grant;
    else if (given.some((verb) => verb === '*' || nameless.includes(verb)))
      yield { ...grant, right: { ...grant.right, verbs: nameless } };
  }
}
