import {
  absent,
  below,
  canonicalKind,
  defineCheck,
  dig,
  ipBlockOf,
  isEverything,
  isMap,
  type Json,
  labelOf,
  labelSelector,
  list,
  map,
  networkPolicies,
  type Resource,
  spec,
  str,
  unlessPartial,
} from '../src/check.ts';

export default defineCheck({
  id: 'sandbox-unrestricted-egress',
  title: 'Agent sandbox egress is not scoped',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Code that an agent was talked into running can send what it finds to anywhere, and reach every service of the cluster.',
  remedy: 'List the exact egress peers the agent may reach.',
  standards: { nsa: ['Network separation and hardening: network policies'], mitre: ['T1041'] },
  peers: { kubescape: ['C-0301'] },
  *run(set) {
    for (const resource of set.ofKind('SandboxTemplate.extensions.agents.x-k8s.io')) {
      const { networkPolicy, networkPolicyManagement } = map(spec(resource));
      const at = ['spec', 'networkPolicy'];
      if ((str(networkPolicyManagement) ?? 'Managed') !== 'Managed') {
        const pods = set.pods.filter((pod) => pod.resource === resource);
        const policies = networkPolicies(set).filter(
          (policy) => policy.isolates.egress && policy.pods(set).some((pod) => pods.includes(pod)),
        );
        // What one policy allows, no other takes back.
        if (policies.length === 0 || policies.some((policy) => letsAllOut(policy.resource)))
          yield {
            resource,
            at: ['spec', 'networkPolicyManagement'],
            message: `${labelOf(resource)}: nobody restricts what its sandboxes may connect to.`,
            ...unlessPartial(set),
          };
      } else if (!isMap(networkPolicy))
        yield { resource, at, message: `${labelOf(resource)} leaves the internet open to its sandboxes.` };
      else
        for (const [index, rule] of list(dig(networkPolicy, 'egress')).entries()) {
          const where = opensTo(rule);
          if (where !== undefined)
            yield {
              resource,
              at: below(at, 'egress', index),
              message: `${labelOf(resource)}: egress rule ${index + 1} lets its sandboxes connect to ${where}.`,
            };
        }
    }
  },
});

function letsAllOut(policy: Resource): boolean {
  return (
    canonicalKind(policy) === 'NetworkPolicy.networking.k8s.io' &&
    list(dig(policy.manifest, 'spec', 'egress')).some(
      (rule) => list(dig(rule, 'to')).length === 0 && list(dig(rule, 'ports')).length === 0,
    )
  );
}

const widths = ['anywhere', 'every pod of the cluster', 'every pod of their namespace'] as const;
type Width = (typeof widths)[number];

/** Where a rule leads that is not scoped: as far as the widest of its peers. */
function opensTo(rule: Json): Width | undefined {
  const peers = list(dig(rule, 'to')).map((peer) => widthOf(peer));
  return peers.length === 0 ? 'anywhere' : widths.find((width) => peers.includes(width));
}

function widthOf(peer: Json): Width | undefined {
  if (isWide(peer)) return 'anywhere';
  const { namespaceSelector, podSelector } = map(peer);
  // Of two selectors one is enough to scope the peer.
  if (![namespaceSelector, podSelector].every((one) => (labelSelector(one)?.requirements.length ?? 0) === 0)) return;
  if (!absent(namespaceSelector)) return 'every pod of the cluster';
  return absent(podSelector) ? undefined : 'every pod of their namespace';
}

/** A peer that names nobody restricts nobody. */
function isWide(peer: Json): boolean {
  const block = ipBlockOf(peer);
  return block === undefined ? Object.keys(map(peer)).length === 0 : block.cidr === '' || isEverything(block.cidr);
}
