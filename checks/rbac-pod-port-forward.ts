import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-pod-port-forward',
  title: 'Role allows port forwarding into pods',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Ports that listen on the pod alone, and network policies that guard it, are passed by.',
  remedy: 'Remove the subresource.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1090', 'T1021'] },
  peers: { kubescape: ['C-0063'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [''],
      resources: ['pods/portforward', 'pods/proxy', 'services/proxy'],
      verbs: ['create', 'get'],
    }))
      found = and(found, roleViolation(role, grant, `reaches ports of pods through ${grant.resource}`));
    return found;
  },
});
