import {
  below,
  defineCheck,
  dig,
  isolation,
  type Options,
  ownerLabel,
  type Resource,
  str,
  unlessPartial,
} from '../src/check.ts';

export default defineCheck({
  id: 'workload-without-network-policy',
  title: 'Pods are not selected by any NetworkPolicy',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'A pod that no policy selects accepts connections from everywhere in the cluster and may open any: an attacker moves on from it freely.',
  remedy: 'Write a NetworkPolicy that selects the pod labels.',
  standards: { nsa: ['Network separation and hardening: network policies'], cis: ['5.3.2'], mitre: ['T1046', 'T1021'] },
  peers: {
    checkov: ['CKV2_K8S_6'],
    'kube-linter': ['non-isolated-pod'],
    polaris: ['missingNetworkPolicy'],
    'kube-score': ['pod-networkpolicy'],
    kubescape: ['C-0030', 'C-0260'],
    kyverno: ['other/require-netpol'],
  },
  options: {
    directions: {
      type: 'string',
      describe: 'In which directions pods must be isolated. any: one policy that selects them is enough.',
      default: 'both',
      values: ['both', 'ingress', 'egress', 'any'],
    },
  },
  *run(set, { options }) {
    for (const pod of set.pods) {
      if (pod.spec.hostNetwork === true || hasManagedPolicy(pod.resource)) continue;
      const isolated = isolation(set).get(pod);
      const missing = (['ingress', 'egress'] as const).filter((direction) => isolated?.[direction] !== true);
      if (missing.length === 0 || (isolated !== undefined && !asked(options.directions, missing))) continue;
      const message =
        isolated === undefined
          ? `${ownerLabel(pod)}: no network policy selects its pods.`
          : `${ownerLabel(pod)}: no network policy restricts the ${missing.join(' and ')} of its pods.`;
      yield { resource: pod.resource, at: below(pod.metadataPath, 'labels'), message, ...unlessPartial(set) };
    }
  },
});

/** The controller writes the policy of a managed SandboxTemplate itself. */
function hasManagedPolicy(resource: Resource): boolean {
  return (
    resource.kind === 'SandboxTemplate' &&
    (str(dig(resource.manifest, 'spec', 'networkPolicyManagement')) ?? 'Managed') === 'Managed'
  );
}

/** Whether what is missing on a selected pod is among what was asked for. */
function asked(directions: Options[string] | undefined, missing: readonly string[]): boolean {
  if (directions === 'any') return missing.length === 2;
  return directions === 'both' || missing.includes(String(directions));
}
