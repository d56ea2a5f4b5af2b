import { and, below, defineCheck, type Gathered, isFullWildcard, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-wildcard-resource',
  title: 'Role covers all resources of an API group',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  why: 'The asterisk covers Secrets, role bindings and every kind that will be installed later, none of which anyone has agreed to.',
  remedy: 'Enumerate the resources.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.3'],
    mitre: ['T1098.006'],
  },
  peers: {
    checkov: ['CKV_K8S_49'],
    trivy: ['KSV-0046', 'KSV-0112'],
    'kube-linter': ['wildcard-in-rules'],
    kubescape: ['C-0187'],
    kyverno: ['other/restrict-wildcard-resources'],
  },
  suppressedBy: ['rbac-full-wildcard'],
  run(role) {
    let found: Gathered;
    for (const rule of role.rules) {
      const whole = rule.resources.indexOf('*');
      const index = whole === -1 ? rule.resources.findIndex((resource) => resource.startsWith('*/')) : whole;
      if (index === -1 || isFullWildcard(rule)) continue;
      const at = rule.from === undefined ? below(rule.path, 'resources', index) : rule.path;
      const reads = rule.verbs.every((verb) => ['get', 'list', 'watch'].includes(verb));
      const what = rule.resources[index] === '*' ? 'all resources' : `${rule.resources[index]} of all resources`;
      const groups = rule.apiGroups.map((group) => (group === '' ? 'core' : group)).join(', ');
      found = and(
        found,
        roleViolation(role, { rule, at }, `covers ${what} of API group ${groups}`, reads ? 'medium' : undefined),
      );
    }
    return found;
  },
});
