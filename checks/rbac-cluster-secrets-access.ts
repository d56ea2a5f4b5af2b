import {
  and,
  boundOnlyInNamespaces,
  deedsOf,
  defineCheck,
  type Gathered,
  roleViolation,
  unnamedSecretGrants,
} from '../src/check.ts';

export default defineCheck({
  id: 'rbac-cluster-secrets-access',
  title: 'ClusterRole can read or change Secrets cluster wide',
  category: 'rbac',
  severity: 'critical',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Secrets hold the credentials of every workload and the tokens of every service account; reading them all is next to owning the cluster.',
  remedy: 'Use a Role with resourceNames, or mount the Secret instead.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.2'],
    mitre: ['T1552.007'],
  },
  peers: {
    checkov: ['CKV2_K8S_5'],
    trivy: ['KSV-0041'],
    'kube-linter': ['access-to-secrets'],
    kubescape: ['C-0015', 'C-0186'],
    kyverno: ['other/restrict-secret-role-verbs'],
  },
  run(role) {
    if (!role.cluster) return;
    const apart = boundOnlyInNamespaces(role);
    const where = apart ? 'the namespaces it is bound in' : 'the cluster';
    let found: Gathered;
    for (const grant of unnamedSecretGrants(role))
      found = and(
        found,
        roleViolation(role, grant, `can ${deedsOf(grant)} any Secret of ${where}`, apart ? 'medium' : undefined),
      );
    return found;
  },
});
