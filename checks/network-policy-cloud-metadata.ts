import { addressRange, defineCheck, dig, ipBlockOf, isSystemNamespace, judgedNamespaces, list } from '../src/check.ts';
import { networkPolicies, type NetworkPolicySubject, rangeContains, unlessPartial } from '../src/check.ts';

export default defineCheck({
  id: 'network-policy-cloud-metadata',
  title: 'Egress to the instance metadata service is open',
  category: 'network',
  severity: 'medium',
  default: 'off',
  on: 'workloads',
  why: 'A pod that someone broke into asks the metadata service for the credentials of its node.',
  remedy: 'Exclude the metadata address.',
  standards: {
    nsa: ['Network separation and hardening: protecting sensitive cloud infrastructure'],
    mitre: ['T1552.005'],
  },
  *run(set) {
    const fenced = new Set(
      networkPolicies(set)
        .filter((policy) => policy.isolates.egress && (policy.denies.egress || excludes(policy)))
        .flatMap((policy) => policy.pods(set)),
    );
    const open = new Set(set.pods.filter((pod) => !fenced.has(pod)).map(({ resource }) => resource.namespace));
    for (const { name, resource, at, label } of judgedNamespaces(set)) {
      if (!open.has(name) || isSystemNamespace(name)) continue;
      yield {
        resource,
        at,
        message: `${label} lets its pods reach the metadata service of their node.`,
        ...unlessPartial(set),
      };
    }
  },
});

const addresses = ['169.254.169.254/32', 'fd00:ec2::254/128'].flatMap((text) => addressRange(text) ?? []);

/** Whether every rule of the policy names where it leads, and what leads to addresses leaves the metadata service out. */
function excludes({ resource }: NetworkPolicySubject): boolean {
  const rules = list(dig(resource.manifest, 'spec', 'egress'));
  return rules.every((rule) => {
    const peers = list(dig(rule, 'to'));
    return (
      peers.length > 0 &&
      peers.every((peer) => {
        const block = ipBlockOf(peer);
        const range = addressRange(block?.cidr ?? '');
        if (block === undefined || range === undefined) return true;
        const except = block.except.flatMap((text) => addressRange(text) ?? []);
        return addresses
          .filter((address) => rangeContains(range, address))
          .every((address) => except.some((one) => rangeContains(one, address)));
      })
    );
  });
}
