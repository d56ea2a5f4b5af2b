import {
  below,
  defineCheck,
  dig,
  groupBy,
  hangsOn,
  labelOf,
  list,
  type Listener,
  listenersOf,
  map,
  parentReferences,
  perSet,
  type Resource,
  type SetViolation,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'gateway-listener-tls-missing',
  title: 'Gateway listener accepts plain text',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Requests, cookies and passwords travel in the clear and can be read and changed on the way.',
  remedy: 'Use HTTPS listeners and redirect HTTP.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1040', 'T1557'] },
  *run(set) {
    for (const resource of set.ofKind('Gateway.gateway.networking.k8s.io'))
      for (const listener of listenersOf(resource)) {
        if (listener.protocol === 'HTTP') {
          const attached = (routesByGateway(set).get(JSON.stringify([resource.namespace, resource.name])) ?? []).filter(
            ({ ref }) => hangsOn(ref, resource, listener),
          );
          if (attached.length > 0 && attached.every(({ route }) => onlyRedirects(route))) continue;
          yield {
            resource,
            at: below(listener.at, 'protocol'),
            message: `${labelOf(resource)}: listener "${listener.name}" serves plain HTTP.`,
          };
        } else if (['HTTPS', 'TLS'].includes(listener.protocol) && lacksCertificate(resource, listener))
          yield {
            resource,
            at: below(listener.at, 'tls', 'certificateRefs'),
            message: `${labelOf(resource)}: listener "${listener.name}" has no certificate.`,
          };
      }
    for (const resource of set.ofKind('Gateway.networking.istio.io')) yield* istioFaults(resource);
  },
});

const routesByGateway = perSet((set) =>
  groupBy(
    set
      .ofKind('HTTPRoute.gateway.networking.k8s.io')
      .flatMap((route) => parentReferences(route).map((ref) => ({ route, ref }))),
    ({ ref }) => JSON.stringify([ref.namespace, ref.name]),
  ),
);

function onlyRedirects(route: Resource): boolean {
  const rules = list(map(route.manifest.spec).rules);
  return (
    rules.length > 0 &&
    rules.every((rule) =>
      list(dig(rule, 'filters')).some(
        (filter) => dig(filter, 'type') === 'RequestRedirect' && dig(filter, 'requestRedirect', 'scheme') === 'https',
      ),
    )
  );
}

/** Implementations may take the certificate from `tls.options` instead, and Google's from a map that the Gateway names. */
function lacksCertificate(gateway: Resource, { spec: { tls } }: Listener): boolean {
  if (dig(gateway.manifest, 'metadata', 'annotations', 'networking.gke.io/certmap') !== undefined) return false;
  const mode = str(dig(tls, 'mode')) ?? 'Terminate';
  const given = list(dig(tls, 'certificateRefs')).length + Object.keys(map(dig(tls, 'options'))).length;
  return mode === 'Terminate' && given === 0;
}

function* istioFaults(resource: Resource): Generator<SetViolation> {
  for (const [index, server] of list(map(resource.manifest.spec).servers).entries()) {
    const at = ['spec', 'servers', index];
    const protocol = (str(dig(server, 'port', 'protocol')) ?? '').toUpperCase();
    if ((protocol === 'HTTP' || protocol === 'HTTP2') && dig(server, 'tls', 'httpsRedirect') !== true)
      yield {
        resource,
        at: below(at, 'port', 'protocol'),
        message: `${labelOf(resource)}: server ${index + 1} serves plain HTTP.`,
      };
    const minimum = str(dig(server, 'tls', 'minProtocolVersion')) ?? '';
    if (minimum === 'TLSV1_0' || minimum === 'TLSV1_1')
      yield {
        resource,
        at: below(at, 'tls', 'minProtocolVersion'),
        message: `${labelOf(resource)}: server ${index + 1} accepts ${minimum}.`,
      };
  }
}
