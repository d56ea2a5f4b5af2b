import { and, below, defineCheck, type Gathered, roleViolation } from '../src/check.ts';

/** The check of wildcard resources reports them. */
const isWildcard = (resource: string): boolean => resource === '*' || resource.startsWith('*/');

export default defineCheck({
  id: 'rbac-wildcard-api-group',
  title: 'Role covers all API groups',
  category: 'rbac',
  severity: 'low',
  default: 'off',
  on: 'role',
  why: 'An object of the same name in any group, those of custom resources that come later included, falls under the rule.',
  remedy: 'Name the API groups.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], cis: ['5.1.3'] },
  peers: { checkov: ['CKV_K8S_49'] },
  suppressedBy: ['rbac-full-wildcard', 'rbac-wildcard-resource'],
  run(role) {
    let found: Gathered;
    for (const rule of role.rules) {
      const index = rule.apiGroups.indexOf('*');
      if (index === -1 || rule.resources.length === 0 || rule.resources.some(isWildcard)) continue;
      const at = rule.from === undefined ? below(rule.path, 'apiGroups', index) : rule.path;
      found = and(found, roleViolation(role, { rule, at }, `reaches ${rule.resources.join(', ')} of every API group`));
    }
    return found;
  },
});
