import { defineCheck, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'host-pid',
  title: "Pod shares the node's process namespace",
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'Processes in the pod see every process of the node and, as root, can read their memory, environment and file system through /proc.',
  remedy: 'Remove hostPID.',
  standards: {
    pss: ['baseline/hostNamespaces'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.3'],
    mitre: ['T1611', 'T1057'],
  },
  peers: {
    checkov: ['CKV_K8S_17'],
    trivy: ['KSV-0010'],
    'kube-linter': ['host-pid'],
    polaris: ['hostPIDSet'],
    kubescape: ['C-0038', 'C-0275'],
    kubesec: ['HostPID'],
    kyverno: ['pod-security/disallow-host-namespaces', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['hostNamespaces'],
    monokle: ['PSS102'],
  },
  run(pod) {
    if (pod.spec.hostPID !== true) return;
    return {
      at: pod.at('hostPID'),
      message: `${ownerLabel(pod)} shares the node's process namespace (hostPID).`,
      fix: {
        description: 'Set hostPID to false.',
        edits: [{ op: 'set', path: pod.at('hostPID'), value: false }],
        risky: true,
      },
    };
  },
});
