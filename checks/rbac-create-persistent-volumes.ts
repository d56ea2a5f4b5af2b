import { and, defineCheck, type Gathered, grantsIn, matchesAny, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-create-persistent-volumes',
  title: 'ClusterRole can create PersistentVolumes',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'A PersistentVolume can name any folder of a node: its creator reads and writes what pods are not allowed to mount.',
  remedy: 'Leave PV creation to provisioners.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], cis: ['5.1.9'], mitre: ['T1611'] },
  peers: { kubescape: ['C-0278'] },
  options: {
    'allowed-roles': {
      type: 'strings',
      describe: 'Names of roles of storage provisioners; * matches any run of characters.',
      default: [],
    },
  },
  run(role, context) {
    if (!role.cluster || matchesAny(role.resource.name, context.options['allowed-roles'])) return;
    let found: Gathered;
    for (const grant of grantsIn(role, { groups: [''], resources: ['persistentvolumes'], verbs: ['create'] }))
      found = and(found, roleViolation(role, grant, 'can create PersistentVolumes'));
    return found;
  },
});
