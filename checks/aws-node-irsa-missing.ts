import { defineCheck, dig } from '../src/check.ts';

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
    for (const resource of set.ofKind('DaemonSet.apps')) {
      if (resource.name !== 'aws-node' || resource.namespace !== 'kube-system') continue;
      const at = ['spec', 'template', 'spec', 'serviceAccountName'];
      // An account of another name was made for it.
      if (dig(resource.manifest, ...at) !== 'aws-node') continue;
      const given = set
        .find('ServiceAccount', 'kube-system', 'aws-node')
        .some(
          (account) => dig(account.manifest, 'metadata', 'annotations', 'eks.amazonaws.com/role-arn') !== undefined,
        );
      const associated = set
        .ofKind('PodIdentityAssociation')
        .some((one) =>
          [['serviceAccount'], ['forProvider', 'serviceAccount']].some(
            (field) => dig(one.manifest, 'spec', ...field) === 'aws-node',
          ),
        );
      if (!given && !associated)
        yield {
          resource,
          at,
          message: 'aws-node works with the role of its node.',
        };
    }
  },
});
