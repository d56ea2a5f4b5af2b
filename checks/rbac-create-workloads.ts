import {
  and,
  deedsOf,
  defineCheck,
  type Gathered,
  grantsIn,
  matchesAny,
  roleViolation,
  workloadRights,
} from '../src/check.ts';

export default defineCheck({
  id: 'rbac-create-workloads',
  title: 'Role can create or change workloads',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Whoever creates or changes pods can run them with every service account, Secret and volume of the namespace.',
  remedy: 'Grant only to deployers and controllers, per namespace.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.4'],
    mitre: ['T1610', 'T1098'],
  },
  peers: { trivy: ['KSV-0048'], 'kube-linter': ['access-to-create-pods'], kubescape: ['C-0188'], monokle: ['KBP107'] },
  options: {
    'allowed-roles': {
      type: 'strings',
      describe: 'Names of roles of known controllers that may do this; * matches any run of characters.',
      default: [],
    },
  },
  run(role, context) {
    if (matchesAny(role.resource.name, context.options['allowed-roles'])) return;
    let found: Gathered;
    for (const grant of grantsIn(role, ...workloadRights(['create', 'update', 'patch'])))
      found = and(found, roleViolation(role, grant, `can ${deedsOf(grant)} workloads (${grant.resource})`));
    return found;
  },
});
