import {
  type Resource,
  type WorkloadSet,
  defineCheck,
  dig,
  labelOf,
  labelSelector,
  list,
  map,
  selects,
  spec,
  str,
  unlessPartial,
} from '../src/check.ts';

export default defineCheck({
  id: 'linkerd-server-unauthorized',
  title: 'Linkerd Server or route lacks an authorization',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Without an authorization the port either refuses everybody or follows the default of the cluster, which may let everybody in.',
  remedy: 'Add an AuthorizationPolicy.',
  standards: { nsa: ['Audit logging and threat detection: service meshes'] },
  peers: { kyverno: ['linkerd/check-linkerd-authorizationpolicy', 'linkerd/require-linkerd-server'] },
  *run(set) {
    const authorized = (kind: string, resource: Resource): boolean =>
      set.ofKind('AuthorizationPolicy.policy.linkerd.io').some((policy) => {
        const ref = map(spec(policy)).targetRef;
        if (policy.namespace !== resource.namespace) return false;
        return dig(ref, 'kind') === 'Namespace' || (dig(ref, 'kind') === kind && dig(ref, 'name') === resource.name);
      }) ||
      (kind === 'Server' && hasServerAuthorization(set, resource));
    for (const resource of set.ofKind('Server.policy.linkerd.io', 'HTTPRoute.policy.linkerd.io')) {
      if (authorized(resource.kind, resource)) continue;
      const parents = list(map(spec(resource)).parentRefs).flatMap((ref) =>
        set.find('Server.policy.linkerd.io', resource.namespace, str(dig(ref, 'name')) ?? ''),
      );
      if (parents.some((server) => authorized('Server', server))) continue;
      yield {
        resource,
        at: ['metadata', 'name'],
        message: `${labelOf(resource)} has no AuthorizationPolicy.`,
        ...unlessPartial(set),
      };
    }
  },
});

function hasServerAuthorization(set: WorkloadSet, server: Resource): boolean {
  return set.ofKind('ServerAuthorization.policy.linkerd.io').some((one) => {
    if (one.namespace !== server.namespace) return false;
    const wanted = dig(one.manifest, 'spec', 'server');
    if (dig(wanted, 'name') === server.name) return true;
    const selector = labelSelector(dig(wanted, 'selector'));
    return selector !== undefined && selects(selector, map(dig(server.manifest, 'metadata', 'labels')));
  });
}
