import {
  admissionResources,
  and,
  defineCheck,
  dig,
  type Gathered,
  grantOf,
  isBuiltIn,
  labelOf,
  rbacGroup,
  rulesOf,
} from '../src/check.ts';
import { type Right, workloadRights, writeVerbs } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-aggregate-to-default-role',
  title: 'ClusterRole extends a built-in role',
  category: 'rbac',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['ClusterRole.rbac.authorization.k8s.io'],
  why: 'Everyone who holds view, edit or admin gets the permission with it, and no binding says so.',
  remedy: 'Drop the label or the permission.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098.006'] },
  run(resource) {
    if (isBuiltIn(resource)) return;
    const rules = rulesOf(resource);
    let found: Gathered;
    for (const name of ['view', 'edit', 'admin'] as const) {
      const key = `${rbacGroup}/aggregate-to-${name}`;
      if (dig(resource.manifest, 'metadata', 'labels', key) !== 'true') continue;
      const given = dangerous[name].find(({ right, nameable }) =>
        rules.some(
          (rule) => (nameable !== true || rule.resourceNames.length === 0) && grantOf(rule, right) !== undefined,
        ),
      );
      if (given !== undefined)
        found = and(found, {
          at: ['metadata', 'labels', key],
          message: `${labelOf(resource)} lets everyone with ${name} ${given.can}.`,
        });
    }
    return found;
  },
});

interface Power {
  can: string;
  right: Right;
  /** Limited to objects by name it is harmless. */
  nameable?: true;
}

const change = ['create', 'update', 'patch'];
const certificates = ['certificates.k8s.io'];

const beyondAdmin: readonly Power[] = [
  {
    can: 'act as others',
    right: {
      groups: ['', 'authentication.k8s.io'],
      resources: ['users', 'groups', 'uids'],
      verbs: ['impersonate'],
    },
  },
  {
    can: 'take on other roles',
    right: { groups: [rbacGroup], resources: ['roles', 'clusterroles'], verbs: ['bind', 'escalate'] },
  },
  {
    can: 'write cluster-wide roles and bindings',
    right: { groups: [rbacGroup], resources: ['clusterroles', 'clusterrolebindings'], verbs: [...change, 'delete'] },
  },
  {
    can: 'reach every node',
    right: { groups: [''], resources: ['nodes/proxy'], verbs: ['get', ...change, 'delete'] },
  },
  {
    can: 'change admission configuration',
    right: {
      groups: ['admissionregistration.k8s.io'],
      resources: admissionResources,
      verbs: [...change, 'delete'],
    },
  },
  {
    can: 'change nodes',
    right: { groups: [''], resources: ['nodes', 'nodes/status'], verbs: ['update', 'patch', 'delete'] },
  },
  {
    can: 'change namespaces',
    right: { groups: [''], resources: ['namespaces'], verbs: ['update', 'patch'] },
    nameable: true,
  },
  { can: 'create PersistentVolumes', right: { groups: [''], resources: ['persistentvolumes'], verbs: ['create'] } },
  {
    can: 'approve or sign certificates',
    right: {
      groups: certificates,
      resources: ['certificatesigningrequests/approval', 'certificatesigningrequests/status'],
      verbs: ['update', 'patch'],
    },
  },
  {
    can: 'approve or sign certificates',
    right: { groups: certificates, resources: ['signers'], verbs: ['approve', 'sign'] },
  },
  { can: 'write Endpoints', right: { groups: [''], resources: ['endpoints'], verbs: change } },
  { can: 'write Endpoints', right: { groups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: change } },
  {
    can: 'delete the logs of pods',
    right: { groups: [''], resources: ['pods/log'], verbs: ['delete', 'deletecollection'] },
  },
  {
    can: 'set the load balancer addresses of Services',
    right: { groups: [''], resources: ['services/status'], verbs: ['update', 'patch'] },
  },
];

const overRoles: readonly Power[] = [
  {
    can: 'write roles and bindings',
    right: {
      groups: [rbacGroup],
      resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
      verbs: writeVerbs,
    },
  },
];

/** What the built-in role does not hold by itself (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles). */
const dangerous: Readonly<Record<'view' | 'edit' | 'admin', readonly Power[]>> = {
  view: [
    {
      can: 'read Secrets',
      right: { groups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
      nameable: true,
    },
    { can: 'change Secrets', right: { groups: [''], resources: ['secrets'], verbs: writeVerbs }, nameable: true },
    {
      can: 'run commands in pods',
      right: { groups: [''], resources: ['pods/exec', 'pods/attach'], verbs: ['create', 'get'] },
    },
    {
      can: 'inject containers into pods',
      right: { groups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['update', 'patch'] },
    },
    {
      can: 'reach ports of pods',
      right: {
        groups: [''],
        resources: ['pods/portforward', 'pods/proxy', 'services/proxy'],
        verbs: ['create', 'get'],
      },
    },
    {
      can: 'mint tokens of service accounts',
      right: { groups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
    },
    {
      can: 'act as service accounts',
      right: { groups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] },
    },
    {
      can: 'change ConfigMaps',
      right: { groups: [''], resources: ['configmaps'], verbs: writeVerbs },
      nameable: true,
    },
    {
      can: 'delete events',
      right: { groups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['delete', 'deletecollection'] },
    },
    ...workloadRights(change).map((right) => ({ can: 'write workloads', right })),
    ...overRoles,
    ...beyondAdmin,
  ],
  edit: [...overRoles, ...beyondAdmin],
  admin: beyondAdmin,
};
