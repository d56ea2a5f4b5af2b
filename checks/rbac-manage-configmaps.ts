import { and, deedsOf, defineCheck, type Gathered, grantsIn, roleViolation, writeVerbs } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-manage-configmaps',
  title: 'Role can change ConfigMaps',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  why: 'ConfigMaps steer what workloads and add-ons do; in kube-system they configure name resolution, proxying and on EKS who is administrator.',
  remedy: 'Add resourceNames or use leases for leader election.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1557', 'T1565'] },
  peers: { trivy: ['KSV-0049'], kubescape: ['C-0037'] },
  suppressedBy: ['rbac-aws-auth-configmap', 'rbac-full-wildcard'],
  run(role) {
    // The namespace that a chart's release lends to cluster-wide objects means nothing.
    const inSystem = role.cluster
      ? role.subjects.some(({ binding }) => binding.kind === 'RoleBinding' && binding.namespace === 'kube-system')
      : role.resource.namespace === 'kube-system';
    let found: Gathered;
    for (const grant of grantsIn(role, { groups: [''], resources: ['configmaps'], verbs: writeVerbs }))
      if (grant.rule.resourceNames.length === 0)
        found = and(
          found,
          roleViolation(role, grant, `can ${deedsOf(grant)} any ConfigMap it reaches`, inSystem ? 'high' : undefined),
        );
    return found;
  },
});
