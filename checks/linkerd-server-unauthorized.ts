import {
  defineCheck,
  dig,
  labelOf,
  labelSelector,
  list,
  map,
  perSet,
  type Resource,
  selects,
  spec,
  str,
  unlessPartial,
  type WorkloadSet,
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
    const authorized = (kind: string, { namespace, name }: Resource): boolean =>
      authorizedTargets(set).has(JSON.stringify([namespace, kind, name])) ||
      authorizedTargets(set).has(JSON.stringify([namespace, 'Namespace'])) ||
      (kind === 'Server' &&
        set.find('Server.policy.linkerd.io', namespace, name).some((one) => hasServerAuthorization(set, one)));
    for (const resource of set.ofKind('Server.policy.linkerd.io', 'HTTPRoute.policy.linkerd.io')) {
      if (authorized(resource.kind, resource)) continue;
      const refs = list(map(spec(resource)).parentRefs);
      // Under a Service a route says how its clients send, and lets nobody in.
      if (refs.length > 0 && refs.every((ref) => dig(ref, 'kind') === 'Service')) continue;
      const parents = refs.flatMap((ref) =>
        set.find('Server.policy.linkerd.io', resource.namespace, str(dig(ref, 'name')) ?? ''),
      );
      if (parents.some((server) => authorized('Server', server))) continue;
      if (resource.kind === 'Server' && routedServers(set).has(JSON.stringify([resource.namespace, resource.name])))
        continue;
      yield {
        resource,
        at: ['metadata', 'name'],
        message: `${labelOf(resource)} has no AuthorizationPolicy.`,
        ...unlessPartial(set),
      };
    }
  },
});

/** What AuthorizationPolicies name: namespace, kind and name, or a whole namespace. */
const authorizedTargets = perSet(
  (set) =>
    new Set(
      set.ofKind('AuthorizationPolicy.policy.linkerd.io').map((policy) => {
        const ref = map(policy.manifest.spec).targetRef;
        const kind = str(dig(ref, 'kind')) ?? '';
        const name = kind === 'Namespace' ? [] : [str(dig(ref, 'name')) ?? ''];
        return JSON.stringify([policy.namespace, kind, ...name]);
      }),
    ),
);

function hasServerAuthorization(set: WorkloadSet, server: Resource): boolean {
  return set.ofKind('ServerAuthorization.policy.linkerd.io').some((one) => {
    if (one.namespace !== server.namespace) return false;
    const wanted = dig(one.manifest, 'spec', 'server');
    if (dig(wanted, 'name') === server.name) return true;
    const selector = labelSelector(dig(wanted, 'selector'));
    return selector !== undefined && selects(selector, map(dig(server.manifest, 'metadata', 'labels')));
  });
}

/** Servers with a route that is authorized by itself: namespace and name. What no route takes stays closed there. */
const routedServers = perSet(
  (set) =>
    new Set(
      set
        .ofKind('HTTPRoute.policy.linkerd.io', 'HTTPRoute.gateway.networking.k8s.io')
        .filter(({ namespace, name }) => authorizedTargets(set).has(JSON.stringify([namespace, 'HTTPRoute', name])))
        .flatMap((route) =>
          list(map(spec(route)).parentRefs)
            .filter((ref) => dig(ref, 'kind') === 'Server')
            .map((ref) => JSON.stringify([route.namespace, str(dig(ref, 'name')) ?? ''])),
        ),
    ),
);
