import { and, defineCheck, type Gathered, grantOf, grantsIn, type Right, roleViolation } from '../src/check.ts';

export default defineCheck({
  id: 'rbac-approve-csr',
  title: 'ClusterRole can approve certificate signing requests',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'role',
  suppressedBy: ['rbac-full-wildcard'],
  why: 'Approving or signing requests makes client certificates for any identity, system:masters or a node among them, which cannot be revoked.',
  remedy: 'Restrict signers with resourceNames.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.11'],
    mitre: ['T1098', 'T1649'],
  },
  peers: { checkov: ['CKV_K8S_156'], kubescape: ['C-0280'], kyverno: ['other/restrict-clusterrole-csr'] },
  run(role) {
    if (!role.cluster) return;
    const has = (right: Right): boolean => role.rules.some((rule) => grantOf(rule, right) !== undefined);
    const approves = has(approval) && has(approveSigner);
    const signs = has(status) && has(signSigner);
    let found: Gathered;
    for (const grant of grantsIn(role, approval, approveSigner, status, signSigner)) {
      const half = grant.right === approval || grant.right === approveSigner ? 'approve' : 'sign';
      const whole = half === 'approve' ? approves : signs;
      found = and(
        found,
        roleViolation(
          role,
          grant,
          `can ${half} certificate signing requests (${grant.resource})`,
          whole ? undefined : 'medium',
        ),
      );
    }
    return found;
  },
});

const groups = ['certificates.k8s.io'];
const change = ['update', 'patch'];
const approval: Right = { groups, resources: ['certificatesigningrequests/approval'], verbs: change };
const approveSigner: Right = { groups, resources: ['signers'], verbs: ['approve'] };
const status: Right = { groups, resources: ['certificatesigningrequests/status'], verbs: change };
const signSigner: Right = { groups, resources: ['signers'], verbs: ['sign'] };
