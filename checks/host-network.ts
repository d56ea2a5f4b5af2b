import { defineCheck, dig, type Edit, ownerLabel, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'host-network',
  title: "Pod joins the node's network namespace",
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: "The pod reaches everything that listens on the node's loopback, the kubelet and the cloud metadata service, and network policies no longer apply to it.",
  remedy: 'Remove hostNetwork and expose the workload with a Service.',
  standards: {
    pss: ['baseline/hostNamespaces'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.5'],
    mitre: ['T1611', 'T1040'],
  },
  peers: {
    checkov: ['CKV_K8S_19'],
    trivy: ['KSV-0009'],
    'kube-linter': ['host-network'],
    polaris: ['hostNetworkSet'],
    kubescape: ['C-0041'],
    kubesec: ['HostNetwork'],
    kyverno: ['pod-security/disallow-host-namespaces', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['hostNamespaces'],
    monokle: ['PSS102'],
  },
  options: {
    'exempt-namespaces': { type: 'strings', describe: 'Namespaces whose pods may join the node network.', default: [] },
    'exempt-control-plane': {
      type: 'boolean',
      describe: 'Leave out static control-plane pods (kube-system, label tier=control-plane).',
      default: false,
    },
  },
  run(pod, context) {
    if (pod.spec.hostNetwork !== true) return;
    const { namespace, manifest } = pod.resource;
    if (textOption(context.options['exempt-namespaces']).includes(namespace)) return;
    const tier = dig(manifest, 'metadata', 'labels', 'tier');
    if (context.options['exempt-control-plane'] === true && namespace === 'kube-system' && tier === 'control-plane')
      return;
    const edits: Edit[] = [{ op: 'set', path: pod.at('hostNetwork'), value: false }];
    if (pod.spec.dnsPolicy === 'ClusterFirstWithHostNet')
      edits.push({ op: 'set', path: pod.at('dnsPolicy'), value: 'ClusterFirst' });
    return {
      at: pod.at('hostNetwork'),
      message: `${ownerLabel(pod)} joins the node's network (hostNetwork).`,
      fix: { description: 'Set hostNetwork to false.', edits, risky: true },
    };
  },
});
