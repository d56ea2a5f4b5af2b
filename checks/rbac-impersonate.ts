import { and, below, defineCheck, type Gathered, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-impersonate',
  title: 'Role allows impersonation',
  category: 'rbac',
  severity: 'critical',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Whoever may impersonate acts with the rights of any user or group, system:masters among them, and the audit log shows someone else.',
  remedy: 'Remove the verb or pin resourceNames to unprivileged identities.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.8'],
    mitre: ['T1078', 'T1134'],
  },
  peers: {
    checkov: ['CKV2_K8S_3'],
    trivy: ['KSV-0043'],
    kubescape: ['C-0065', 'C-0191'],
    kyverno: ['other/restrict-escalation-verbs-roles'],
  },
  run(role) {
    let found: Gathered;
    for (const rule of role.rules) {
      if (!rule.verbs.some((verb) => verb === 'impersonate' || verb === '*')) continue;
      // Called by name the verb means one thing, whatever group is written. By an asterisk it is given where it exists: many
      // operators have users and groups of their own.
      const real = rule.apiGroups.some((group) => ['', '*', 'authentication.k8s.io'].includes(group));
      const named = real || rule.verbs.includes('impersonate');
      const index = rule.resources.findIndex((resource) =>
        resource === '*' ? real : named && /^(?:users|groups|serviceaccounts|uids|userextras(?:\/.+)?)$/.test(resource),
      );
      if (index === -1) continue;
      const at = rule.from === undefined ? below(rule.path, 'resources', index) : rule.path;
      const limited = rule.resourceNames.length > 0 && !rule.resourceNames.includes('system:masters');
      const whom = limited
        ? rule.resourceNames.join(', ')
        : rule.resources[index] === '*'
          ? role.cluster
            ? 'anyone'
            : 'any service account of its namespace'
          : `any of ${rule.resources[index]}`;
      found = and(
        found,
        roleViolation(role, { rule, at }, `allows impersonating ${whom}`, limited ? 'medium' : undefined),
      );
    }
    return found;
  },
});
