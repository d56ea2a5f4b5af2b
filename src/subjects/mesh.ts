import type { JsonMap, Path, Resource } from '../model.ts';
import type { ContainerSubject } from './pod.ts';
import { below } from './below.ts';
import { scalarText } from './plain-text.ts';
import { absent, dig, isMap, list, map, str, strings } from './values.ts';

/** Namespace whose Istio objects are for the whole mesh, unless the mesh is set up otherwise. */
export const meshRootNamespace = 'istio-system';

/** Whether a namespace puts its pods into a service mesh (or into Istio's), by what its metadata says. */
export function isInjected(metadata: JsonMap, mesh: 'any' | 'istio' = 'any'): boolean {
  const labels = map(metadata.labels);
  return (
    labels['istio-injection'] === 'enabled' ||
    labels['istio.io/rev'] !== undefined ||
    labels['istio.io/dataplane-mode'] === 'ambient' ||
    (mesh === 'any' && dig(metadata, 'annotations', 'linkerd.io/inject') === 'enabled')
  );
}

/**
 * Whether Istio's injector writes the container when the pod is made, with its image, ports, probes and resources: the proxy
 * of a gateway, whose image says `auto` and whose pod asks for the injection.
 */
export function isWrittenByMesh({ spec, pod }: ContainerSubject): boolean {
  if (spec.image !== 'auto') return false;
  const { annotations, labels } = pod.metadata;
  return (
    !absent(dig(annotations, 'inject.istio.io/templates')) ||
    [labels, annotations].some((holder) => scalarText(dig(holder, 'sidecar.istio.io/inject')) === 'true')
  );
}

/** The labels an Istio object selects workloads by; empty for all. */
export function meshSelector(resource: Resource): JsonMap {
  return map(dig(resource.manifest, 'spec', 'selector', 'matchLabels'));
}

/** Whether an Istio object names workloads, by labels or by targetRefs. */
export function selectsWorkloads(resource: Resource): boolean {
  return (
    Object.keys(meshSelector(resource)).length > 0 || list(dig(resource.manifest, 'spec', 'targetRefs')).length > 0
  );
}

/** The trafficPolicy blocks of a DestinationRule that may hold `tls`: its own, those of subsets, those of ports. */
export function trafficPolicies(rule: Resource): { policy: JsonMap; at: Path }[] {
  const found: { policy: JsonMap; at: Path }[] = [];
  const keep = (value: unknown, at: Path): void => {
    const policy = value as JsonMap | undefined;
    if (!isMap(policy)) return;
    found.push({ policy, at });
    for (const [index, port] of list(policy.portLevelSettings).entries())
      if (isMap(port)) found.push({ policy: port, at: below(at, 'portLevelSettings', index) });
  };
  const spec = map(rule.manifest.spec);
  keep(spec.trafficPolicy, ['spec', 'trafficPolicy']);
  for (const [index, subset] of list(spec.subsets).entries())
    keep(dig(subset, 'trafficPolicy'), ['spec', 'subsets', index, 'trafficPolicy']);
  return found;
}

/** Names of Services that a VirtualService routes to, with their namespaces. */
export function virtualServiceBackends(resource: Resource): { namespace: string; name: string; at: Path }[] {
  const spec = map(resource.manifest.spec);
  return ['http', 'tcp', 'tls'].flatMap((section) =>
    list(spec[section]).flatMap((route, index) =>
      list(dig(route, 'route')).flatMap((target, position) => {
        const host = str(dig(target, 'destination', 'host')) ?? '';
        const [name = '', namespace = resource.namespace] = host.split('.');
        return name === '' ? [] : [{ name, namespace, at: ['spec', section, index, 'route', position] }];
      }),
    ),
  );
}

/** Whether a VirtualService stands behind a gateway, not only inside the mesh. */
export function isPublic(virtualService: Resource): boolean {
  return strings(dig(virtualService.manifest, 'spec', 'gateways')).some((gateway) => gateway !== 'mesh');
}
