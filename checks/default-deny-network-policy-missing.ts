import {
  defineCheck,
  judgedNamespaces,
  listOption,
  networkPolicies,
  systemNamespaces,
  unlessPartial,
} from '../src/check.ts';

export default defineCheck({
  id: 'default-deny-network-policy-missing',
  title: 'Namespace lacks default deny for ingress or egress',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Pods that no policy selects accept and open any connection; a default denial makes every permitted flow an explicit one.',
  remedy: 'Add a NetworkPolicy with empty podSelector and policyTypes Ingress and Egress.',
  standards: { nsa: ['Network separation and hardening: network policies'], cis: ['5.3.2'], mitre: ['T1046', 'T1041'] },
  peers: {
    kubescape: ['C-0030'],
    kyverno: ['best-practices/add-network-policy', 'best-practices/add-networkpolicy-dns'],
  },
  options: {
    exempt: { type: 'strings', describe: 'Namespaces that are not judged.', default: systemNamespaces },
    egress: { type: 'boolean', describe: 'Whether egress must be denied by default, too.', default: true },
  },
  *run(set, { options }) {
    const denying = networkPolicies(set).filter((policy) => policy.selectsEveryPod);
    for (const namespace of judgedNamespaces(set)) {
      if (listOption(options, 'exempt').includes(namespace.name)) continue;
      const covering = denying.filter((policy) => policy.coversNamespace(set, namespace.name));
      const missing = (['ingress', 'egress'] as const)
        .filter((direction) => direction === 'ingress' || options.egress !== false)
        .filter((direction) => !covering.some((policy) => policy.denies[direction]));
      if (missing.length === 0) continue;
      yield {
        resource: namespace.resource,
        at: namespace.at,
        message: `${namespace.label} does not deny ${missing.join(' and ')} by default.`,
        ...unlessPartial(set),
      };
    }
  },
});
