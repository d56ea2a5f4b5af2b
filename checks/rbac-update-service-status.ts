import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-update-service-status',
  title: 'Role can set load balancer addresses of Services',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'A made-up load balancer address draws the traffic for it to pods of the attacker (CVE-2020-8554).',
  remedy: 'Leave this to the cloud controller.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1557'] },
  peers: { checkov: ['CKV2_K8S_4'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, { groups: [''], resources: ['services/status'], verbs: ['update', 'patch'] }))
      found = and(found, roleViolation(role, grant, 'can set the load balancer addresses of Services'));
    return found;
  },
});
