import { defineCheck, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'host-ipc',
  title: "Pod shares the node's IPC namespace",
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'The pod can read and write the shared memory and message queues of every process on the node.',
  remedy: 'Remove hostIPC; share memory between containers of one pod with an emptyDir of medium Memory.',
  standards: {
    pss: ['baseline/hostNamespaces'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.4'],
    mitre: ['T1611'],
  },
  peers: {
    checkov: ['CKV_K8S_18'],
    trivy: ['KSV-0008'],
    'kube-linter': ['host-ipc'],
    polaris: ['hostIPCSet'],
    kubescape: ['C-0038', 'C-0276'],
    kubesec: ['HostIPC'],
    kyverno: ['pod-security/disallow-host-namespaces', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['hostNamespaces'],
    monokle: ['PSS102'],
  },
  run(pod) {
    if (pod.spec.hostIPC !== true) return;
    return {
      at: pod.at('hostIPC'),
      message: `${ownerLabel(pod)} shares the node's IPC namespace (hostIPC).`,
      fix: {
        description: 'Set hostIPC to false.',
        edits: [{ op: 'set', path: pod.at('hostIPC'), value: false }],
        risky: true,
      },
    };
  },
});
