import {
  annotationsOf,
  canMeet,
  defineCheck,
  dig,
  groupBy,
  ingressClass,
  ingressPaths,
  labelOf,
  list,
  map,
  parentReferences,
  type Path,
  type Resource,
  type RouteReference,
  str,
  strings,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'ingress-duplicate-host-path',
  title: 'Two objects claim the same host and path',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Which of the two gets the requests is a matter of luck; across namespaces one team takes over the traffic of another.',
  remedy: 'Merge the objects or change the host.',
  standards: { mitre: ['T1557'] },
  peers: {
    kyverno: [
      'other/unique-ingress-host-and-path',
      'other/unique-ingress-paths',
      'other/restrict-ingress-host',
      'openshift/unique-routes',
    ],
  },
  *run(set) {
    const all = [
      ...set
        .ofKind('Ingress.networking.k8s.io')
        .filter((one) => !isCanary(one))
        .flatMap((one) => ofIngress(one)),
      ...set.ofKind('Route.route.openshift.io').flatMap((one) => ofRoute(one)),
      ...set.ofKind('HTTPRoute.gateway.networking.k8s.io').flatMap((one) => ofHttpRoute(one)),
    ];
    // Of several gateways that two routes share one is enough to say.
    const told = new Set<Path>();
    for (const claims of groupBy(all, (claim) => claim.key).values())
      for (const [index, claim] of claims.entries()) {
        if (told.has(claim.at)) continue;
        const first = claims
          .slice(0, index)
          .find(
            (one) =>
              one.resource !== claim.resource &&
              shareListener(one.parent, claim.parent) &&
              canMeet(set, one.resource, claim.resource),
          );
        if (first === undefined) continue;
        told.add(claim.at);
        const other = first.resource.namespace !== claim.resource.namespace;
        yield {
          resource: claim.resource,
          at: claim.at,
          message: `${labelOf(claim.resource)} claims ${claim.label}, which ${labelOf(first.resource)}${other ? whereIn(first.resource.namespace) : ''} claims already.`,
          ...(other ? { severity: 'high' } : {}),
        };
      }
  },
});

interface Claim {
  resource: Resource;
  key: string;
  label: string;
  /** Where a route hangs; absent for what has no gateway. */
  parent?: RouteReference;
  at: Path;
}

/** Whether two routes of one gateway hang on the same listener: without a name or port it is all of them. */
function shareListener(one: RouteReference | undefined, other: RouteReference | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  return (
    (one.section === '' || other.section === '' || one.section === other.section) &&
    (one.port === undefined || other.port === undefined || one.port === other.port)
  );
}

function isCanary(ingress: Resource): boolean {
  return annotationsOf(ingress).some(
    ({ key, value }) => key === 'nginx.ingress.kubernetes.io/canary' && value === 'true',
  );
}

function ofIngress(resource: Resource): Claim[] {
  return ingressPaths(resource).map(({ host, path, pathType, at }) => ({
    resource,
    key: JSON.stringify(['ingress', ingressClass(resource), host.toLowerCase(), path, pathType]),
    label: `${host}${path}`,
    at,
  }));
}

function ofRoute(resource: Resource): Claim[] {
  const { host, path } = map(resource.manifest.spec);
  const name = str(host) ?? '';
  if (name === '') return [];
  const where = str(path) ?? '/';
  return [
    {
      resource,
      key: JSON.stringify(['route', name.toLowerCase(), where]),
      label: `${name}${where}`,
      at: ['spec', 'host'],
    },
  ];
}

function gatewayOf(parent: RouteReference | undefined): string[] {
  return parent === undefined ? ['httproute'] : ['httproute', parent.kind, parent.namespace, parent.name];
}

function ofHttpRoute(resource: Resource): Claim[] {
  const { hostnames, rules } = map(resource.manifest.spec);
  const hosts = list(hostnames).length > 0 ? strings(hostnames) : [''];
  const references = parentReferences(resource);
  const parents = references.length > 0 ? references : [undefined];
  return list(rules).flatMap((rule, index) => {
    const matches = list(dig(rule, 'matches'));
    return (matches.length > 0 ? matches : [{}]).flatMap((match, position) => {
      const path = str(dig(match, 'path', 'value')) ?? '/';
      const type = str(dig(match, 'path', 'type')) ?? 'PathPrefix';
      const rest = [dig(match, 'headers') ?? null, dig(match, 'queryParams') ?? null, dig(match, 'method') ?? null];
      return hosts.flatMap((host) => {
        const at = ['spec', 'rules', index, ...(matches.length > 0 ? ['matches', position] : [])];
        return parents.map((parent) => ({
          resource,
          key: JSON.stringify([...gatewayOf(parent), host.toLowerCase(), path, type, rest]),
          label: `${host}${path}`,
          ...(parent === undefined ? {} : { parent }),
          at,
        }));
      });
    });
  });
}
