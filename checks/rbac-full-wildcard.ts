import { and, below, defineCheck, type Gathered, isFullWildcard, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-full-wildcard',
  title: 'Role grants everything (all verbs on all resources)',
  category: 'rbac',
  severity: 'critical',
  default: 'on',
  on: 'role',
  why: 'Whoever holds this role is administrator of all it covers: it reads every Secret, runs code anywhere and can grant itself the rest.',
  remedy: 'List the concrete groups, resources and verbs.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.3'],
    mitre: ['T1098.006', 'T1078'],
  },
  peers: {
    checkov: ['CKV_K8S_49'],
    trivy: ['KSV-0044'],
    polaris: ['clusterrolebindingClusterAdmin', 'rolebindingClusterAdminClusterRole', 'rolebindingClusterAdminRole'],
    kubescape: ['C-0035', 'C-0187'],
    kyverno: ['other/restrict-wildcard-verbs', 'other/restrict-wildcard-resources'],
  },
  run(role) {
    let found: Gathered;
    for (const rule of role.rules)
      if (rule.from === undefined && isFullWildcard(rule))
        found = and(
          found,
          roleViolation(
            role,
            { rule, at: below(rule.path, 'resources', rule.resources.indexOf('*')) },
            'grants all verbs on all resources',
          ),
        );
    return found;
  },
});
