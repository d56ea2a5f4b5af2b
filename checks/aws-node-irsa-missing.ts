import { accountAt, accountOf, defineCheck, dig, type Resource, str } from '../src/check.ts';

/** The pod identity webhook takes an empty role for none. */
function hasRole(account: Resource): boolean {
  return (str(dig(account.manifest, 'metadata', 'annotations', 'eks.amazonaws.com/role-arn')) ?? '') !== '';
}

/** Whether it gives the account its role: as the controller of AWS spells it, or Crossplane. */
function associates({ manifest }: Resource): boolean {
  return [dig(manifest, 'spec'), dig(manifest, 'spec', 'forProvider')].some(
    (of) => dig(of, 'serviceAccount') === 'aws-node' && (dig(of, 'namespace') ?? 'kube-system') === 'kube-system',
  );
}

export default defineCheck({
  id: 'aws-node-irsa-missing',
  title: 'aws-node runs with the node role',
  category: 'rbac',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: "The network plugin works with the role of the node, so every pod that reaches the metadata service has the plugin's rights.",
  remedy: 'Annotate the service account with a dedicated role.',
  standards: {
    nsa: ['Network separation and hardening: protecting sensitive cloud infrastructure'],
    mitre: ['T1078.004'],
  },
  peers: { kyverno: ['aws/require-aws-node-irsa'] },
  *run(set) {
    for (const pod of set.pods) {
      const { kind, name, namespace } = pod.resource;
      if (kind !== 'DaemonSet' || name !== 'aws-node' || namespace !== 'kube-system') continue;
      // An account of another name was made for it.
      if (accountOf(pod) !== 'aws-node') continue;
      const given = set.find('ServiceAccount', namespace, name).some(hasRole);
      if (!given && !set.ofKind('PodIdentityAssociation').some(associates))
        yield {
          resource: pod.resource,
          at: accountAt(pod),
          message: 'aws-node works with the role of its node.',
        };
    }
  },
});
