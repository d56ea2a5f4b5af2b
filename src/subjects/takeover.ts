import type { PodSubject } from './pod.ts';
import { labelOf } from './label.ts';
import { accountOf, mountsToken, projectsToken, rolesOfPod } from './account.ts';
import { admissionResources, grantOf, isFullWildcard, type Right, workloadRights } from './grant.ts';
import { rbacGroup, type RoleSubject } from './rbac.ts';
import type { WorkloadSet } from './set.ts';

/** A binding through which a pod's token gets what was asked for, for sentences. */
export interface TokenRight {
  account: string;
  role: string;
  binding: string;
  cluster: boolean;
}

/** The bindings of a pod's account whose role passes the test, when the pod holds a token at all. */
export function tokenRights(
  pod: PodSubject,
  set: WorkloadSet,
  test: (role: RoleSubject | undefined, name: string) => boolean,
): TokenRight[] {
  if (!pod.settable || (!mountsToken(pod, set) && !projectsToken(pod))) return [];
  return rolesOfPod(pod, set)
    .filter(({ binding, role }) => test(role, `${binding.role.kind}/${binding.role.name}`))
    .map(({ binding }) => ({
      account: accountOf(pod),
      role: binding.role.name,
      binding: labelOf(binding.resource),
      cluster: binding.cluster,
    }));
}

/** Whether a role is cluster-admin or grants everything itself. */
export function isAdministrator(role: RoleSubject | undefined, name: string): boolean {
  return name === 'ClusterRole/cluster-admin' || (role?.rules.some(isFullWildcard) ?? false);
}

const change = ['create', 'update', 'patch'];
const certificates = ['certificates.k8s.io'];
const readSecrets: Right = { groups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] };
const takeover: readonly Right[] = [
  ...workloadRights(change),
  readSecrets,
  { groups: [''], resources: ['pods/exec', 'pods/attach'], verbs: ['create', 'get'] },
  { groups: [rbacGroup], resources: ['roles', 'clusterroles'], verbs: ['bind', 'escalate'] },
  {
    groups: ['', 'authentication.k8s.io'],
    resources: ['users', 'groups', 'serviceaccounts', 'uids', 'userextras'],
    verbs: ['impersonate'],
  },
  { groups: [''], resources: ['nodes/proxy'], verbs: ['get', 'create', 'update', 'patch', 'delete'] },
  { groups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  { groups: certificates, resources: ['certificatesigningrequests/approval'], verbs: ['update', 'patch'] },
  { groups: certificates, resources: ['signers'], verbs: ['approve'] },
  { groups: ['admissionregistration.k8s.io'], resources: admissionResources, verbs: [...change, 'delete'] },
];

/** Roles of Kubernetes itself that read Secrets and start pods; seldom does a set hold them. */
const builtIn = ['ClusterRole/admin', 'ClusterRole/edit'];

/** Whether a role lets its holder take more of the cluster than it was given. Secrets that are named are what it was given. */
export function allowsTakeover(role: RoleSubject | undefined, name: string): boolean {
  if (builtIn.includes(name)) return true;
  if (role === undefined) return false;
  return role.rules.some((rule) =>
    takeover.some(
      (right) =>
        (right !== readSecrets || rule.resourceNames.length === 0) && grantOf(rule, right, role.cluster) !== undefined,
    ),
  );
}
