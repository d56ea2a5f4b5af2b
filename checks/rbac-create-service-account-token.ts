import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-create-service-account-token',
  title: 'Role can mint service account tokens',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'A minted token is the account: its holder acts with all the rights of that service account.',
  remedy: 'Restrict with resourceNames.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.13'],
    mitre: ['T1528'],
  },
  peers: { kubescape: ['C-0282'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, { groups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] })) {
      const names = grant.rule.resourceNames;
      const whose = names.length === 0 ? 'any service account' : names.join(', ');
      found = and(
        found,
        roleViolation(role, grant, `can mint tokens of ${whose}`, names.length === 0 ? undefined : 'medium'),
      );
    }
    return found;
  },
});
