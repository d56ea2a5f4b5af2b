import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-pod-ephemeral-containers',
  title: 'Role can inject ephemeral containers',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'An ephemeral container joins a running pod with an image of its own and shares its processes, network and account.',
  remedy: 'Remove the permission outside of debugging roles.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1609', 'T1610'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [''],
      resources: ['pods/ephemeralcontainers'],
      verbs: ['update', 'patch'],
    }))
      found = and(found, roleViolation(role, grant, 'can inject containers into running pods'));
    return found;
  },
});
