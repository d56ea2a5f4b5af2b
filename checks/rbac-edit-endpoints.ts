import { and, defineCheck, dig, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-edit-endpoints',
  title: 'ClusterRole can write Endpoints',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'role',
  why: 'Writing Endpoints lets a tenant point a load balancer or Ingress at pods of other namespaces, past network policies (CVE-2021-25740).',
  remedy: 'Remove endpoints from the role.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1557'] },
  peers: { trivy: ['KSV-0056'], kyverno: ['other/restrict-edit-for-endpoints'] },
  suppressedBy: ['rbac-manage-networking', 'rbac-full-wildcard'],
  run(role) {
    if (!role.cluster) return;
    const verbs = ['create', 'update', 'patch'];
    const edit = dig(role.resource.manifest, 'metadata', 'labels', 'rbac.authorization.k8s.io/aggregate-to-edit');
    const spread = edit === 'true' || edit === true ? ', and passes that on to everyone with the edit role' : '';
    let found: Gathered;
    for (const grant of grantsIn(
      role,
      { groups: [''], resources: ['endpoints'], verbs },
      { groups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
    ))
      found = and(
        found,
        roleViolation(
          role,
          grant,
          `can write ${grant.right.groups?.[0] === '' ? 'Endpoints' : 'EndpointSlices'}${spread}`,
        ),
      );
    return found;
  },
});
