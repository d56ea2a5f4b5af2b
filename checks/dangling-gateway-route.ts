import {
  backendReferences,
  defineCheck,
  dig,
  externalOption,
  gatewayRouteKinds,
  hangsOn,
  isExternal,
  labelOf,
  list,
  listenersOf,
  map,
  parentReferences,
  type Resource,
  type RouteReference,
  str,
  unlessHidden,
  whereIn,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-gateway-route',
  title: 'Gateway API route refers to a missing backend or parent',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'The route leads nowhere: the gateway answers with errors, or ignores the route.',
  remedy: 'Correct backendRefs or add a ReferenceGrant.',
  peers: { kubescape: ['C-0302'] },
  options: externalOption,
  *run(set, { options }) {
    const gateways = set.ofKind('Gateway.gateway.networking.k8s.io').length > 0;
    for (const resource of set.ofKind(...gatewayRouteKinds)) {
      for (const ref of backendReferences(resource)) {
        if (ref.kind !== 'Service' || ref.group !== '' || isExternal(options, ref.namespace, ref.name)) continue;
        const there = set.find('Service', ref.namespace, ref.name).length > 0;
        const foreign = ref.namespace !== resource.namespace;
        if (!there)
          yield {
            resource,
            at: ref.at,
            message: `${labelOf(resource)} sends traffic to Service "${ref.name}", which is not there${whereIn(ref.namespace)}.`,
            ...unlessHidden(set),
          };
        else if (foreign && !isGranted(set, resource, ref))
          yield {
            resource,
            at: ref.at,
            message: `${labelOf(resource)} sends traffic to Service "${ref.name}"${whereIn(ref.namespace)}, where no ReferenceGrant allows it.`,
            ...unlessHidden(set),
          };
      }
      if (!gateways) continue;
      for (const ref of parentReferences(resource)) {
        if (ref.kind !== 'Gateway' || ref.group !== gatewayGroup || isExternal(options, ref.namespace, ref.name))
          continue;
        const found = set.find('Gateway.gateway.networking.k8s.io', ref.namespace, ref.name);
        if (found.length === 0)
          yield {
            resource,
            at: ref.at,
            message: `${labelOf(resource)} hangs on Gateway "${ref.name}", which is not there${whereIn(ref.namespace)}.`,
            ...unlessHidden(set),
          };
        else if (!found.some((gateway) => listenersOf(gateway).some((one) => hangsOn(ref, gateway, one))))
          yield {
            resource,
            at: ref.at,
            message: `${labelOf(resource)} hangs on a listener that Gateway "${ref.name}" does not have.`,
          };
      }
    }
  },
});

const gatewayGroup = 'gateway.networking.k8s.io';
const grantKind = 'ReferenceGrant.gateway.networking.k8s.io';

function isGranted(set: WorkloadSet, route: Resource, ref: RouteReference): boolean {
  const { beyond } = set;
  const others = beyond?.all.ofKind(grantKind).filter((one) => beyond.meets(one)) ?? [];
  return [...set.ofKind(grantKind), ...others].some((grant) => {
    const { from, to } = map(grant.manifest.spec);
    return (
      grant.namespace === ref.namespace &&
      list(from).some((one) => dig(one, 'kind') === route.kind && dig(one, 'namespace') === route.namespace) &&
      list(to).some((one) => {
        const name = str(dig(one, 'name')) ?? '';
        return dig(one, 'kind') === 'Service' && (name === '' || name === ref.name);
      })
    );
  });
}
