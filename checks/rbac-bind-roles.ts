import { and, defineCheck, type Gathered, grantsIn, rbacGroup, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-bind-roles',
  title: 'Role can bind roles it does not hold',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'The bind verb lifts the rule that nobody may hand out rights they do not have: the holder can bind cluster-admin to itself.',
  remedy: 'Remove bind or restrict it with resourceNames.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.8'],
    mitre: ['T1098.006'],
  },
  peers: {
    checkov: ['CKV_K8S_157', 'CKV2_K8S_1'],
    trivy: ['KSV-0050', 'KSV-0051', 'KSV-0052'],
    kubescape: ['C-0191'],
    kyverno: ['other/restrict-escalation-verbs-roles'],
  },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [rbacGroup],
      resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
      verbs: ['bind'],
    })) {
      const names = grant.rule.resourceNames;
      const limited = names.length > 0 && !names.includes('*');
      const which = limited ? `the roles ${names.join(', ')}` : 'roles it does not hold';
      found = and(found, roleViolation(role, grant, `can bind ${which}`, limited ? 'medium' : undefined));
    }
    return found;
  },
});
