import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-node-proxy',
  title: 'Role can reach the kubelet API through nodes/proxy',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'The kubelet API runs commands in every pod of the node, past admission control and audit log; get is enough for that.',
  remedy: 'Use nodes/metrics or nodes/stats instead.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.10'],
    mitre: ['T1609', 'T1611'],
  },
  peers: {
    checkov: ['CKV2_K8S_2'],
    trivy: ['KSV-0047'],
    kubescape: ['C-0279'],
    kyverno: ['other/restrict-clusterrole-nodesproxy'],
  },
  run(role) {
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [''],
      resources: ['nodes/proxy'],
      verbs: ['get', 'create', 'update', 'patch', 'delete'],
    }))
      found = and(found, roleViolation(role, grant, `reaches the kubelet API through ${grant.resource}`));
    return found;
  },
});
