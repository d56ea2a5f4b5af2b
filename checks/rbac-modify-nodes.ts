import { and, deedsOf, defineCheck, type Gathered, grantsIn, matchesAny, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-modify-nodes',
  title: 'Role can change nodes',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Labels and taints of nodes say which workloads run where: changing them draws workloads to a node of the attacker.',
  remedy: 'Remove the write verbs.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1611', 'T1098'] },
  options: {
    'allowed-roles': {
      type: 'strings',
      describe: 'Names of roles of controllers that may do this; * matches any run of characters.',
      default: ['*cluster-autoscaler*', '*karpenter*', '*cloud-controller*'],
    },
  },
  run(role, context) {
    if (matchesAny(role.resource.name, context.options['allowed-roles'])) return;
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [''],
      resources: ['nodes', 'nodes/status'],
      verbs: ['update', 'patch', 'delete'],
    }))
      found = and(found, roleViolation(role, grant, `can ${deedsOf(grant)} nodes (${grant.resource})`));
    return found;
  },
});
