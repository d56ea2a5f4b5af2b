import { and, defineCheck, type Gathered, grantsIn, rbacGroup, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-escalate-roles',
  title: 'Role can write roles beyond its own rights',
  category: 'rbac',
  severity: 'critical',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'With escalate the holder writes any right into a role it has, up to full control of what the role covers.',
  remedy: 'Remove escalate.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.8'],
    mitre: ['T1098.006'],
  },
  peers: {
    checkov: ['CKV_K8S_158'],
    trivy: ['KSV-0050'],
    kubescape: ['C-0191'],
    kyverno: ['other/restrict-escalation-verbs-roles'],
  },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [rbacGroup],
      resources: ['roles', 'clusterroles'],
      verbs: ['escalate'],
    }))
      found = and(found, roleViolation(role, grant, 'can write roles beyond its own rights'));
    return found;
  },
});
