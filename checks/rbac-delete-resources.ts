import { and, defineCheck, type Gathered, grantsIn, roleViolation, workloadRights } from '../src/check.ts';

const verbs = ['delete', 'deletecollection'];
const data = ['secrets', 'pods', 'services', 'configmaps', 'persistentvolumeclaims', 'namespaces'];

export default defineCheck({
  id: 'rbac-delete-resources',
  title: 'Role can delete workloads or data',
  category: 'rbac',
  severity: 'medium',
  default: 'off',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'A stolen token can take the service down or destroy its data.',
  remedy: 'Drop the delete verbs.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1485'] },
  peers: { trivy: ['KSV-0048'], kubescape: ['C-0007'] },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, { groups: [''], resources: data, verbs }, ...workloadRights(verbs).slice(1), {
      groups: ['snapshot.storage.k8s.io'],
      resources: ['volumesnapshots'],
      verbs,
    }))
      found = and(
        found,
        roleViolation(role, grant, `can delete ${grant.resource === '*' ? 'all resources' : grant.resource}`),
      );
    return found;
  },
});
