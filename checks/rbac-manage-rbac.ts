import {
  and,
  deedsOf,
  defineCheck,
  type Gathered,
  grantOf,
  grantsIn,
  rbacGroup,
  type RoleSubject,
  roleViolation,
} from '../src/check.ts';

const kinds = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'];

/** Names of objects limit what a rule gives; they cannot limit create. */
function grantsAny(role: RoleSubject, resources: string[], verb: 'bind' | 'create'): boolean {
  const right = { groups: [rbacGroup], resources, verbs: [verb] };
  return role.rules.some(
    (rule) =>
      (verb === 'create' || rule.resourceNames.length === 0 || rule.resourceNames.includes('*')) &&
      grantOf(rule, right, role.cluster) !== undefined,
  );
}

export default defineCheck({
  id: 'rbac-manage-rbac',
  title: 'Role can create or change RBAC objects',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Who writes roles and bindings decides who may do what; together with bind or escalate there is no limit to it.',
  remedy: 'Leave RBAC changes to GitOps identities.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.8'],
    mitre: ['T1098.006'],
  },
  peers: { trivy: ['KSV-0050', 'KSV-0051', 'KSV-0052', 'KSV-0055'] },
  run(role) {
    const bindsAny = grantsAny(role, ['roles', 'clusterroles'], 'bind');
    const createsBindings = grantsAny(role, ['rolebindings', 'clusterrolebindings'], 'create');
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [rbacGroup],
      resources: kinds,
      verbs: ['create', 'update', 'patch', 'delete'],
    })) {
      const unlimited = bindsAny && createsBindings;
      const more = unlimited ? ', and bind any role' : '';
      found = and(
        found,
        roleViolation(
          role,
          grant,
          `can ${deedsOf(grant)} ${grant.resource === '*' ? 'roles and bindings' : grant.resource}${more}`,
          unlimited ? 'critical' : undefined,
        ),
      );
    }
    return found;
  },
});
