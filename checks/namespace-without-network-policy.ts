import {
  defineCheck,
  judgedNamespaces,
  listOption,
  networkPolicies,
  systemNamespaces,
  unlessPartial,
} from '../src/check.ts';

export default defineCheck({
  id: 'namespace-without-network-policy',
  title: 'Namespace has no NetworkPolicy',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Without any policy every pod of the cluster can talk to every pod of the namespace: one compromised pod reaches all others.',
  remedy: 'Add a default deny policy and explicit allows.',
  standards: { nsa: ['Network separation and hardening: network policies'], cis: ['5.3.2'], mitre: ['T1046', 'T1021'] },
  peers: {
    kubescape: ['C-0049', 'C-0054', 'C-0206'],
    kyverno: ['other/generate-networkpolicy-existing', 'other/namespace-inventory-check'],
  },
  suppressedBy: ['default-deny-network-policy-missing'],
  options: { exempt: { type: 'strings', describe: 'Namespaces that are not judged.', default: systemNamespaces } },
  *run(set, { options }) {
    const policies = networkPolicies(set);
    const own = new Set(policies.filter((policy) => !policy.cluster).map((policy) => policy.resource.namespace));
    const wide = policies.filter((policy) => policy.cluster && (policy.denies.ingress || policy.denies.egress));
    for (const namespace of judgedNamespaces(set)) {
      if (listOption(options, 'exempt').includes(namespace.name) || own.has(namespace.name)) continue;
      if (wide.some((policy) => policy.coversNamespace(set, namespace.name))) continue;
      yield {
        resource: namespace.resource,
        at: namespace.at,
        message: `${namespace.label} has no network policy.`,
        ...unlessPartial(set),
      };
    }
  },
});
