import {
  and,
  defineCheck,
  type Gathered,
  grantOf,
  grantsIn,
  rbacGroup,
  type RoleSubject,
  roleViolation,
} from '../src/check.ts';

const kinds = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'];

function grantsAny(role: RoleSubject, resources: string[], verbs: string[]): boolean {
  return role.rules.some((rule) => grantOf(rule, { groups: [rbacGroup], resources, verbs }) !== undefined);
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
    const bindsAny = grantsAny(role, ['roles', 'clusterroles'], ['bind']);
    const createsBindings = grantsAny(role, ['rolebindings', 'clusterrolebindings'], ['create']);
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
          `can create or change ${grant.resource === '*' ? 'roles and bindings' : grant.resource}${more}`,
          unlimited ? 'critical' : undefined,
        ),
      );
    }
    return found;
  },
});
