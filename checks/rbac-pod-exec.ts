import { and, defineCheck, type Gathered, grantsIn, roleViolation } from '../src/check.ts';

const builtIn = ['admin', 'edit', 'cluster-admin'];

export default defineCheck({
  id: 'rbac-pod-exec',
  title: 'Role allows running commands in pods',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'A shell in a pod is everything the pod has: its service account, its Secrets, its network, and what its process may do on the node.',
  remedy: 'Remove the subresource; use audited break-glass access.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1609'] },
  peers: {
    checkov: ['CKV2_K8S_2'],
    trivy: ['KSV-0053', 'KSV-0054'],
    polaris: [
      'clusterrolePodExecAttach',
      'rolePodExecAttach',
      'clusterrolebindingPodExecAttach',
      'rolebindingClusterRolePodExecAttach',
      'rolebindingRolePodExecAttach',
    ],
    kubescape: ['C-0002'],
    monokle: ['KBP108'],
  },
  run(role) {
    if (builtIn.includes(role.resource.name)) return;
    let found: Gathered;
    for (const grant of grantsIn(role, {
      groups: [''],
      resources: ['pods/exec', 'pods/attach'],
      verbs: ['create', 'get'],
      named: true,
    }))
      found = and(found, roleViolation(role, grant, `allows running commands in pods through ${grant.resource}`));
    return found;
  },
});
