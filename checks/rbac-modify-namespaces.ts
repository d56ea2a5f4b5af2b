import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-modify-namespaces',
  title: 'Role can change Namespace labels',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Labels of a Namespace decide on Pod Security and on what policies select; changing them switches both off.',
  remedy: 'Grant only to the platform team.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1562.001'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, { groups: [''], resources: ['namespaces'], verbs: ['update', 'patch'] }))
      if (grant.rule.resourceNames.length === 0)
        found = and(found, roleViolation(role, grant, 'can change the labels of every Namespace'));
    return found;
  },
});
