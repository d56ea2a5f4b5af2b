import { admissionResources, and, deedsOf, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-manage-webhooks',
  title: 'Role can change admission configuration',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Whoever writes admission configuration can switch policies off, or have every object, Secrets included, sent to a server of its own.',
  remedy: 'Restrict to the admission controller with resourceNames.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.12'],
    mitre: ['T1562.001', 'T1098'],
  },
  peers: {
    checkov: ['CKV_K8S_155'],
    trivy: ['KSV-0114'],
    kubescape: ['C-0281'],
    kyverno: ['other/restrict-clusterrole-mutating-validating-admission-webhooks'],
  },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: ['admissionregistration.k8s.io'],
      resources: admissionResources,
      verbs: ['create', 'update', 'patch', 'delete'],
    })) {
      const limited = grant.rule.resourceNames.length > 0;
      found = and(
        found,
        roleViolation(
          role,
          grant,
          `can ${deedsOf(grant)} admission configuration (${grant.resource})`,
          limited ? 'medium' : undefined,
        ),
      );
    }
    return found;
  },
});
