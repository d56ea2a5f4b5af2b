import { and, deedsOf, defineCheck, type Gathered, roleViolation, unnamedSecretGrants } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-namespace-secrets-access',
  title: 'Role can read or change all Secrets of its namespace',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'One stolen token opens every Secret of the namespace, those of other workloads and service account tokens included.',
  remedy: 'Restrict with resourceNames and the get verb.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.2'],
    mitre: ['T1552.007'],
  },
  peers: {
    checkov: ['CKV2_K8S_5'],
    trivy: ['KSV-0113'],
    'kube-linter': ['access-to-secrets'],
    kubescape: ['C-0015', 'C-0186'],
    kyverno: ['other/restrict-secret-role-verbs'],
  },
  run(role) {
    if (role.cluster) return;
    let found: Gathered;
    for (const grant of unnamedSecretGrants(role))
      found = and(found, roleViolation(role, grant, `can ${deedsOf(grant)} any Secret of its namespace`));
    return found;
  },
});
