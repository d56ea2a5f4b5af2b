import { and, defineCheck, type Gathered, grantsIn, roleViolation, writeVerbs } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-manage-networking',
  title: 'Role can change network objects',
  category: 'rbac',
  severity: 'high',
  default: 'off',
  on: 'role',
  why: 'Whoever writes Services, endpoints, routes or policies leads the traffic of others to a place of its own, or opens what was closed.',
  remedy: 'Restrict to the network team or controller.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1557', 'T1562.007'] },
  peers: { trivy: ['KSV-0056'] },
  run(role) {
    const verbs = [...writeVerbs];
    let found: Gathered;
    for (const grant of grantsIn(
      role,
      { groups: [''], resources: ['services', 'endpoints'], verbs },
      { groups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
      { groups: ['networking.k8s.io', 'extensions'], resources: ['networkpolicies', 'ingresses'], verbs },
      {
        groups: ['gateway.networking.k8s.io'],
        resources: ['gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes', 'udproutes'],
        verbs,
      },
    ))
      found = and(found, roleViolation(role, grant, `can change where traffic goes (${grant.resource})`));
    return found;
  },
});
