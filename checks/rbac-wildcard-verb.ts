import { and, below, defineCheck, type Gathered, isFullWildcard, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-wildcard-verb',
  title: 'Role uses the wildcard verb',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  why: 'The asterisk also stands for verbs that nobody thinks of, such as escalate, bind, impersonate and deletecollection, and for those that come later.',
  remedy: 'Replace * by the verbs in use.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.3'],
    mitre: ['T1098.006'],
  },
  peers: {
    checkov: ['CKV_K8S_49'],
    trivy: ['KSV-0045'],
    'kube-linter': ['wildcard-in-rules'],
    kubescape: ['C-0187'],
    kyverno: ['other/restrict-wildcard-verbs'],
  },
  suppressedBy: ['rbac-full-wildcard'],
  run(role) {
    let found: Gathered;
    for (const rule of role.rules) {
      if (!rule.verbs.includes('*') || isFullWildcard(rule)) continue;
      const at = rule.from === undefined ? below(rule.path, 'verbs', rule.verbs.indexOf('*')) : rule.path;
      const loud = rule.resources.find((resource) => sensitive.has(resource));
      const what =
        loud === undefined
          ? ''
          : `, among them everything that can be done to ${loud === '*' ? allOf(rule.apiGroups) : loud}`;
      found = and(found, roleViolation(role, { rule, at }, `uses the wildcard verb${what}`));
    }
    return found;
  },
});

const sensitive = new Set([
  ...['*', 'secrets', 'pods', 'deployments', 'daemonsets', 'statefulsets', 'replicasets', 'jobs', 'cronjobs'],
  ...['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings', 'users', 'groups', 'serviceaccounts'],
]);

function allOf(groups: readonly string[]): string {
  const named = groups.map((group) => (group === '' ? 'the core group' : group));
  return groups.length === 0 || groups.includes('*') ? 'all resources' : `all resources of ${named.join(', ')}`;
}
