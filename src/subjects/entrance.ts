import type { Path, Resource } from '../model.ts';
import { backendReferences, gatewayRouteKinds, parentReferences } from './gateway.ts';
import { ingressBackends } from './ingress.ts';
import { isPublic, virtualServiceBackends } from './mesh.ts';
import { serviceType } from './service.ts';
import type { WorkloadSet } from './set.ts';
import { dig, list, str } from './values.ts';

/** What leads from outside the cluster to a Service. */
export interface Entrance {
  resource: Resource;
  /** Of the Service. */
  namespace: string;
  name: string;
  /** Where the entrance names it. */
  at: Path;
}

/** Ingresses, Gateway API routes that hang on a Gateway, VirtualServices behind one, and OpenShift's routes. */
export function entrances(set: WorkloadSet): Entrance[] {
  return [
    ...set.ofKind('Ingress.networking.k8s.io').flatMap((resource) =>
      ingressBackends(resource).map(({ service, at }) => ({
        resource,
        namespace: resource.namespace,
        name: service,
        at,
      })),
    ),
    ...set
      .ofKind(...gatewayRouteKinds)
      .filter((route) => parentReferences(route).some(({ kind }) => kind === 'Gateway'))
      .flatMap((resource) =>
        backendReferences(resource)
          .filter(({ kind }) => kind === 'Service')
          .map(({ namespace, name, at }) => ({ resource, namespace, name, at })),
      ),
    ...set
      .ofKind('VirtualService.networking.istio.io')
      .filter((resource) => isPublic(resource))
      .flatMap((resource) => virtualServiceBackends(resource).map((backend) => ({ resource, ...backend }))),
    ...set.ofKind('Route.route.openshift.io').flatMap((resource) => openShiftBackends(resource)),
  ];
}

function openShiftBackends(route: Resource): Entrance[] {
  const others = list(dig(route.manifest, 'spec', 'alternateBackends'));
  return [
    { target: dig(route.manifest, 'spec', 'to'), at: ['spec', 'to'] },
    ...others.map((target, index) => ({ target, at: ['spec', 'alternateBackends', index] })),
  ].flatMap(({ target, at }) => {
    const name = str(dig(target, 'name')) ?? '';
    return name === '' ? [] : [{ resource: route, namespace: route.namespace, name, at }];
  });
}

/** Whether a Service itself has an address outside the cluster, or a port on every node. */
export function isOutside(service: Resource): boolean {
  return (
    ['NodePort', 'LoadBalancer'].includes(serviceType(service)) ||
    list(dig(service.manifest, 'spec', 'externalIPs')).length > 0
  );
}
