import {
  addressRange,
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  ipBlockOf,
  isEverything,
  type Json,
  labelOf,
  labelSelector,
  list,
  map,
  policyTypes,
  rangeContains,
  spec,
} from '../src/check.ts';

export default defineCheck({
  id: 'network-policy-allows-all',
  title: 'NetworkPolicy lets everything in or out',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['NetworkPolicy.networking.k8s.io'],
  why: 'The policy looks like a restriction but lets every connection of that direction through.',
  remedy: 'Name pod and namespace selectors and ports.',
  standards: { nsa: ['Network separation and hardening: network policies'], mitre: ['T1046', 'T1041'] },
  peers: { trivy: ['KSV-0038'] },
  options: {
    'allow-internet-egress': { type: 'boolean', describe: 'Accept egress to the whole internet.', default: false },
  },
  run(policy, { options }) {
    const read = map(spec(policy));
    const types = policyTypes(read);
    let found: Gathered;
    for (const [direction, field] of [
      ['ingress', 'from'],
      ['egress', 'to'],
    ] as const) {
      if (!types[direction]) continue;
      for (const [index, rule] of list(read[direction]).entries()) {
        const at = ['spec', direction, index];
        const peers = list(dig(rule, field));
        if (peers.length === 0) {
          if (list(dig(rule, 'ports')).length === 0)
            found = and(found, {
              at,
              message: `${labelOf(policy)}: ${direction} rule ${index + 1} allows everything.`,
            });
          continue;
        }
        for (const [position, peer] of peers.entries()) {
          const whom = everybody(peer);
          if (
            whom === undefined ||
            (whom === 'every address' && direction === 'egress' && options['allow-internet-egress'] === true)
          )
            continue;
          found = and(found, {
            at: below(at, field, position),
            message: `${labelOf(policy)}: ${direction} rule ${index + 1} is open to ${whom}.`,
          });
        }
      }
    }
    return found;
  },
});

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap((text) => addressRange(text) ?? []);

/** Whom a peer lets through when it is everybody. */
function everybody(peer: Json): string | undefined {
  const block = ipBlockOf(peer);
  if (block !== undefined) {
    if (!isEverything(block.cidr)) return undefined;
    const except = block.except.flatMap((text) => addressRange(text) ?? []);
    const inner = block.cidr.includes(':') ? [addressRange('fc00::/7')] : privateRanges;
    const covered = inner.every((range) => range !== undefined && except.some((one) => rangeContains(one, range)));
    return covered ? undefined : 'every address';
  }
  const namespaces = labelSelector(dig(peer, 'namespaceSelector'));
  const pods = labelSelector(dig(peer, 'podSelector'));
  return namespaces?.requirements.length === 0 && (pods === undefined || pods.requirements.length === 0)
    ? 'every pod of the cluster'
    : undefined;
}
