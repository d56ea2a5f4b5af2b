import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-delete-pod-logs',
  title: 'Role can delete pod logs',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Logs tell what happened; who can delete them can hide it.',
  remedy: 'Remove the permission.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1070'] },
  peers: { trivy: ['KSV-0042'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [''],
      resources: ['pods/log'],
      verbs: ['delete', 'deletecollection'],
    }))
      found = and(found, roleViolation(role, grant, 'can delete the logs of pods'));
    return found;
  },
});
