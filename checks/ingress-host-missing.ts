import {
  and,
  defineCheck,
  type Gathered,
  hangsOn,
  ingressRules,
  labelOf,
  labelValue,
  list,
  listenersOf,
  map,
  parentReferences,
  spec,
} from '../src/check.ts';

export default defineCheck({
  id: 'ingress-host-missing',
  title: 'Ingress rule has no host',
  category: 'network',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io', 'HTTPRoute.gateway.networking.k8s.io'],
  why: 'The rule catches requests for every host, also those meant for other applications.',
  remedy: 'Set the host.',
  peers: { kyverno: ['best-practices/disallow-empty-ingress-host'] },
  run(resource, { set }) {
    let found: Gathered;
    if (resource.kind === 'Ingress') {
      for (const { host, at } of ingressRules(resource))
        if (host === '') found = and(found, { at, message: `${labelOf(resource)} has a rule for every host.` });
      return found;
    }
    const hostnames = list(map(spec(resource)).hostnames);
    if (hostnames.some((host) => labelValue(host) !== '')) return found;
    // Without names of its own a route takes those of the listeners it hangs on.
    const parents = parentReferences(resource);
    // Inside a mesh, under a Service, a route is for the hosts of that.
    if (parents.length > 0 && parents.every(({ kind }) => kind === 'Service')) return found;
    const gateways = parents.map((ref) => ({
      ref,
      gateways: set.find('Gateway.gateway.networking.k8s.io', ref.namespace, ref.name),
    }));
    const known = gateways.length > 0 && gateways.every((one) => one.gateways.length > 0);
    const limited = gateways.every(({ ref, gateways: [gateway] }) =>
      gateway === undefined
        ? false
        : listenersOf(gateway)
            .filter((one) => hangsOn(ref, gateway, one))
            .every((one) => one.hostname !== ''),
    );
    if (known && limited) return found;
    found = and(found, {
      at: ['spec', 'hostnames'],
      message: `${labelOf(resource)} is for every host.`,
      ...(known ? {} : { severity: 'info' }),
    });
    return found;
  },
});
