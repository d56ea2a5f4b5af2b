import {
  absent,
  canonicalKind,
  defineCheck,
  dig,
  int,
  ipBlockOf,
  type Json,
  labelOf,
  labelSelector,
  list,
  networkPolicies,
  type NetworkPolicySubject,
  ownerLabel,
  type PodSubject,
  selects,
  str,
  unlessPartial,
} from '../src/check.ts';

export default defineCheck({
  id: 'network-policy-blocks-dns',
  title: 'Egress is denied but DNS is not allowed',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'The pod finds no name, so it reaches nothing that the policies allow, and the first remedy that comes to mind is to allow everything.',
  remedy: 'Add a DNS egress rule.',
  peers: { kyverno: ['best-practices/add-networkpolicy-dns'] },
  *run(set) {
    const fencing = new Map<PodSubject, NetworkPolicySubject[]>();
    for (const policy of networkPolicies(set))
      for (const pod of policy.pods(set))
        // Policies do not reach into the network of the node.
        if (pod.spec.hostNetwork !== true) fencing.set(pod, [...(fencing.get(pod) ?? []), policy]);
    for (const [pod, policies] of fencing) {
      // Policies of other kinds know names, entities and order; what they let through is not told by ports alone.
      if (policies.some(({ resource }) => canonicalKind(resource) !== 'NetworkPolicy.networking.k8s.io')) continue;
      const closed = policies.filter(({ isolates }) => isolates.egress);
      const rules = closed.flatMap(({ resource }) => list(dig(resource.manifest, 'spec', 'egress')));
      const open = rules.filter((rule) => reachesDns(rule, pod.resource.namespace));
      if (closed.length === 0 || ['UDP', 'TCP'].every((protocol) => open.some((rule) => allowsPort(rule, protocol))))
        continue;
      yield {
        resource: pod.resource,
        at: pod.path,
        message: `${ownerLabel(pod)} may not ask DNS: ${closed.map(({ resource }) => labelOf(resource)).join(', ')} ${closed.length === 1 ? 'lets' : 'let'} nothing through to port 53 over UDP and TCP.`,
        ...unlessPartial(set),
      };
    }
  },
});

function reachesDns(rule: Json, namespace: string): boolean {
  const peers = list(dig(rule, 'to'));
  return peers.length === 0 || peers.some((peer) => ipBlockOf(peer) !== undefined || selectsDns(peer, namespace));
}

/** Whether a peer takes in the pods of the cluster's DNS: `k8s-app: kube-dns` in kube-system. */
function selectsDns(peer: Json, namespace: string): boolean {
  const isSelected = (value: Json | undefined, labels: Record<string, string>): boolean => {
    const selector = labelSelector(value);
    return selector !== undefined && selects(selector, labels);
  };
  const inNamespace = absent(dig(peer, 'namespaceSelector'))
    ? namespace === 'kube-system'
    : isSelected(dig(peer, 'namespaceSelector'), { 'kubernetes.io/metadata.name': 'kube-system' }) ||
      isNamed(dig(peer, 'namespaceSelector'));
  return (
    inNamespace && (absent(dig(peer, 'podSelector')) || isSelected(dig(peer, 'podSelector'), { 'k8s-app': 'kube-dns' }))
  );
}

function allowsPort(rule: Json, protocol: string): boolean {
  const ports = list(dig(rule, 'ports'));
  return (
    ports.length === 0 ||
    ports.some((one) => {
      if ((str(dig(one, 'protocol')) ?? 'TCP') !== protocol) return false;
      const port = dig(one, 'port');
      if (absent(port) || /^dns(?:-tcp)?$/.test(str(port) ?? '')) return true;
      const from = int(port) ?? 0;
      return from <= 53 && (int(dig(one, 'endPort')) ?? from) >= 53;
    })
  );
}

/** Many label the namespace themselves: `name: kube-system`. */
function isNamed(selector: Json | undefined): boolean {
  const requirements = labelSelector(selector)?.requirements ?? [];
  return requirements.some(({ operator, values }) => operator === 'In' && values.includes('kube-system'));
}
