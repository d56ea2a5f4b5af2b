import type { Path, Resource, Severity, Violation } from '../model.ts';
import { labelOf } from './label.ts';
import { labelSelector, selects } from './selector.ts';
import type { WorkloadSet } from './set.ts';
import { below } from './below.ts';
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

export const bindingKinds = ['RoleBinding.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io'];
const roleKinds = ['Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io'];

/** Set on the objects that the API server creates itself. */
export function isBootstrap(resource: Resource): boolean {
  return dig(resource.manifest, 'metadata', 'labels', 'kubernetes.io/bootstrapping') === 'rbac-defaults';
}

/**
 * Whether the object is one that the API server brings itself: by its label and by its name. Either alone could be given to any
 * role, so that nobody looks at it.
 */
export function isBuiltIn(resource: Resource): boolean {
  return isBootstrap(resource) && builtInNames.has(resource.name);
}

const controllers =
  'attachdetach-controller clusterrole-aggregation-controller cronjob-controller daemon-set-controller ' +
  'deployment-controller device-taint-eviction-controller disruption-controller endpoint-controller ' +
  'endpointslice-controller endpointslicemirroring-controller ephemeral-volume-controller expand-controller ' +
  'generic-garbage-collector horizontal-pod-autoscaler job-controller legacy-service-account-token-cleaner ' +
  'namespace-controller node-controller persistent-volume-binder pod-garbage-collector podcertificaterequestcleaner ' +
  'pv-protection-controller pvc-protection-controller replicaset-controller replication-controller ' +
  'resource-claim-controller resourcequota-controller root-ca-cert-publisher route-controller selinux-warning-controller ' +
  'service-account-controller service-ca-cert-publisher service-cidrs-controller service-controller ' +
  'statefulset-controller storage-version-migrator-controller token-cleaner ttl-after-finished-controller ttl-controller ' +
  'validatingadmissionpolicy-status-controller volumeattributesclass-protection-controller bootstrap-signer cloud-provider ' +
  'certificate-controller';

const systemNames =
  'aggregate-to-admin aggregate-to-edit aggregate-to-view auth-delegator basic-user discovery heapster kube-aggregator ' +
  'kube-controller-manager kube-dns kube-scheduler kubelet-api-admin monitoring node node-bootstrapper ' +
  'node-problem-detector node-proxier persistent-volume-provisioner public-info-viewer ' +
  'service-account-issuer-discovery volume-scheduler ' +
  'certificates.k8s.io:certificatesigningrequests:nodeclient ' +
  'certificates.k8s.io:certificatesigningrequests:selfnodeclient certificates.k8s.io:kube-apiserver-client-approver ' +
  'certificates.k8s.io:kube-apiserver-client-kubelet-approver certificates.k8s.io:kubelet-serving-approver ' +
  'certificates.k8s.io:legacy-unknown-approver :leader-locking-kube-controller-manager :leader-locking-kube-scheduler ' +
  ':extension-apiserver-authentication-reader';

/** Roles and bindings of plugin/pkg/auth/authorizer/rbac/bootstrappolicy in Kubernetes v1.35, and older ones. */
const builtInNames = new Set([
  ...['cluster-admin', 'admin', 'edit', 'view', 'extension-apiserver-authentication-reader'],
  ...systemNames.split(' ').map((name) => `system:${name}`),
  ...controllers.split(' ').map((name) => `system:controller:${name}`),
]);

const controllerNames = new Set(controllers.split(' '));

/** Whether the service account of that name in kube-system is of a controller of Kubernetes itself. */
export function isControllerAccount(name: string): boolean {
  return controllerNames.has(name);
}

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

/** A violation at a rule of a role: `can` continues "ClusterRole "x" …", without a full stop. */
export function roleViolation(
  role: RoleSubject,
  place: { rule: PolicyRule; at: Path },
  can: string,
  severity?: Severity,
): Violation {
  const from = place.rule.from === undefined ? '' : `, by way of ClusterRole "${place.rule.from.name}"`;
  return {
    at: place.at,
    message: `${labelOf(role.resource)} ${can}${from}.${heldBy(role)}`,
    about: place.rule.path.join('/'),
    ...(severity === undefined ? {} : { severity }),
  };
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

/** A sentence naming up to three holders; empty when no binding is known. */
function heldBy(role: RoleSubject): string {
  const names = [...new Set(role.subjects.map(subjectLabel))];
  if (names.length === 0) return '';
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? ` Held by ${shown} and ${names.length - 3} more.` : ` Held by ${shown}.`;
}

/** `ServiceAccount ci/deployer`, `Group admins`. */
export function subjectLabel(subject: Pick<BoundSubject, 'kind' | 'name' | 'namespace'>): string {
  if (subject.kind !== 'ServiceAccount' || subject.namespace === '') return `${subject.kind} ${subject.name}`;
  return `${subject.kind} ${subject.namespace}/${subject.name}`;
}

/** True when bindings of the role are known and each of them holds in one namespace only. */
export function boundOnlyInNamespaces(role: RoleSubject): boolean {
  return role.subjects.length > 0 && role.subjects.every((subject) => subject.binding.kind === 'RoleBinding');
}

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
export const rbacGroup = 'rbac.authorization.k8s.io';

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
