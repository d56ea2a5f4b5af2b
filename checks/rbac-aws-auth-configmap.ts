import { and, defineCheck, type Gathered, grantsIn, roleViolation, writeVerbs } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-aws-auth-configmap',
  title: 'Role can change the EKS aws-auth ConfigMap',
  category: 'rbac',
  severity: 'critical',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'On EKS this ConfigMap says which AWS identities are administrators of the cluster: whoever writes it can add itself.',
  remedy: 'Use EKS access entries and drop the permission.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098'] },
  peers: { trivy: ['KSV-0115'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, { groups: [''], resources: ['configmaps'], verbs: writeVerbs }))
      if (grant.rule.resourceNames.includes('aws-auth'))
        found = and(found, roleViolation(role, grant, 'can change the ConfigMap aws-auth'));
    return found;
  },
});
