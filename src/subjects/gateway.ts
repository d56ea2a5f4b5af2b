import type { JsonMap, Path, Resource } from '../model.ts';
import { isMap, int, list, map, str } from './values.ts';

const group = 'gateway.networking.k8s.io';

/** Routes of the Gateway API. */
export const gatewayRouteKinds = ['HTTPRoute', 'TCPRoute', 'UDPRoute', 'GRPCRoute', 'TLSRoute'].map(
  (kind) => `${kind}.${group}`,
);

/** What a route points at: a backend, or the Gateway it hangs on. */
export interface RouteReference {
  group: string;
  kind: string;
  namespace: string;
  name: string;
  /** Listener of a Gateway; empty when all are meant. */
  section: string;
  port: number | undefined;
  at: Path;
}

export function backendReferences(route: Resource): RouteReference[] {
  return list(map(route.manifest.spec).rules).flatMap((rule, index) =>
    list(map(rule).backendRefs).flatMap((ref, position) =>
      reference(route, ref, ['spec', 'rules', index, 'backendRefs', position], '', 'Service'),
    ),
  );
}

export function parentReferences(route: Resource): RouteReference[] {
  return list(map(route.manifest.spec).parentRefs).flatMap((ref, index) =>
    reference(route, ref, ['spec', 'parentRefs', index], group, 'Gateway'),
  );
}

function reference(
  route: Resource,
  ref: unknown,
  at: Path,
  defaultGroup: string,
  defaultKind: string,
): RouteReference[] {
  const read = map(ref as JsonMap);
  const name = str(read.name);
  if (name === undefined || name === '') return [];
  return [
    {
      group: str(read.group) ?? defaultGroup,
      kind: str(read.kind) ?? defaultKind,
      namespace: str(read.namespace) ?? route.namespace,
      name,
      section: str(read.sectionName) ?? '',
      port: int(read.port),
      at,
    },
  ];
}

/** One listener of a Gateway. */
export interface Listener {
  name: string;
  port: number | undefined;
  protocol: string;
  hostname: string;
  spec: JsonMap;
  at: Path;
}

export function listenersOf(gateway: Resource): Listener[] {
  return list(map(gateway.manifest.spec).listeners).flatMap((listener, index) =>
    isMap(listener)
      ? [
          {
            name: str(listener.name) ?? '',
            port: int(listener.port),
            protocol: str(listener.protocol) ?? '',
            hostname: str(listener.hostname) ?? '',
            spec: listener,
            at: ['spec', 'listeners', index],
          },
        ]
      : [],
  );
}

/** Whether the reference means this Gateway, and this listener of it where one is given. */
export function hangsOn(ref: RouteReference, gateway: Resource, listener?: Listener): boolean {
  if (ref.kind !== 'Gateway' || ref.group !== group) return false;
  if (ref.name !== gateway.name || ref.namespace !== gateway.namespace) return false;
  if (listener === undefined) return true;
  return (
    (ref.section === '' || ref.section === listener.name) && (ref.port === undefined || ref.port === listener.port)
  );
}
