import {
  absent,
  defineCheck,
  dig,
  isInjected,
  labelOf,
  list,
  map,
  meshRootNamespace,
  type Resource,
  unlessPartial,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'mesh-authorization-policy-missing',
  title: 'Meshed namespace has no authorization policy',
  category: 'network',
  severity: 'medium',
  default: 'off',
  on: 'workloads',
  why: 'The mesh proves who calls and lets everyone in all the same.',
  remedy: 'Add a default deny AuthorizationPolicy and allow rules by principal.',
  standards: { nsa: ['Audit logging and threat detection: service meshes'], mitre: ['T1021'] },
  peers: {
    kyverno: [
      'istio/require-authorizationpolicy',
      'istio/create-authorizationpolicy',
      'linkerd/require-linkerd-server',
      'linkerd/add-linkerd-policy-annotation',
    ],
  },
  options: {
    strict: {
      type: 'boolean',
      describe: 'Of Istio, report also a namespace in which nothing is denied by default.',
      default: false,
    },
  },
  *run(set, { options }) {
    const populated = new Set(set.pods.map(({ resource }) => resource.namespace));
    for (const resource of set.ofKind('Namespace')) {
      const metadata = map(resource.manifest.metadata);
      if (!populated.has(resource.name) || !isInjected(metadata)) continue;
      const policies = policiesFor(set, resource.name);
      const found = isInjected(metadata, 'istio')
        ? policies.some((policy) => options.strict !== true || deniesByDefault(policy))
        : policies.length > 0 || dig(metadata, 'annotations', 'config.linkerd.io/default-inbound-policy') === 'deny';
      if (found) continue;
      const lack = policies.length === 0 ? 'has no authorization policy' : 'denies nothing by default';
      yield {
        resource,
        at: ['metadata', 'name'],
        message: `${labelOf(resource)} is in the mesh and ${lack}.`,
        ...unlessPartial(set),
      };
    }
  },
});

function policiesFor(set: WorkloadSet, namespace: string): Resource[] {
  const ofLinkerd = set.ofKind('Server.policy.linkerd.io').some((server) => server.namespace === namespace);
  return [
    ...set
      .ofKind('AuthorizationPolicy.security.istio.io')
      .filter((policy) => policy.namespace === namespace || policy.namespace === meshRootNamespace),
    ...set
      .ofKind('AuthorizationPolicy.policy.linkerd.io', 'ServerAuthorization.policy.linkerd.io')
      .filter((policy) => policy.namespace === namespace && ofLinkerd),
    ...set.ofKind('ServiceIntentions.consul.hashicorp.com').filter((policy) => policy.namespace === namespace),
  ];
}

/** An ALLOW policy without rules, for all workloads. */
function deniesByDefault({ manifest }: Resource): boolean {
  const { action, rules, selector, targetRefs } = map(manifest.spec);
  return (absent(action) || action === 'ALLOW') && list(rules).length === 0 && absent(selector) && absent(targetRefs);
}
