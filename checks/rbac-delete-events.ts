import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-delete-events',
  title: 'Role can delete events',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Events are the first trace of an attack; who can delete them can hide it.',
  remedy: 'Remove the permission.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1070'] },
  peers: { kubescape: ['C-0031'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: ['', 'events.k8s.io'],
      resources: ['events'],
      verbs: ['delete', 'deletecollection'],
    }))
      found = and(found, roleViolation(role, grant, 'can delete events'));
    return found;
  },
});
