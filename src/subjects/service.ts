import type { Json, JsonMap, Resource } from '../model.ts';
import type { PodSubject } from './pod.ts';
import { labelIndex } from './label-index.ts';
import { equalitySelector } from './selector.ts';
import { perSet, type WorkloadSet } from './set.ts';
import { dig, int, isMap, list, map, str } from './values.ts';

/** One entry of a Service's ports. */
export interface ServicePort {
  /** Position in `spec.ports`. */
  index: number;
  name: string;
  port: number | undefined;
  /** Number or name; undefined means the same as `port`. */
  targetPort: Json | undefined;
  protocol: string;
  spec: JsonMap;
}

export function serviceType(service: Resource): string {
  return str(map(service.manifest.spec).type) ?? 'ClusterIP';
}

export function servicePorts(service: Resource): ServicePort[] {
  return list(map(service.manifest.spec).ports).flatMap((entry, index) =>
    isMap(entry)
      ? [
          {
            index,
            name: str(entry.name) ?? '',
            port: int(entry.port),
            targetPort: entry.targetPort ?? undefined,
            protocol: str(entry.protocol) ?? 'TCP',
            spec: entry,
          },
        ]
      : [],
  );
}

/** Whether the Service selects pods by labels; one without a selector selects none. */
export function hasSelector(service: Resource): boolean {
  const { selector } = map(service.manifest.spec);
  return isMap(selector) && Object.keys(selector).length > 0;
}

/** The pods a Service sends its traffic to. */
export function podsBehind(set: WorkloadSet, service: Resource): readonly PodSubject[] {
  if (!hasSelector(service) || serviceType(service) === 'ExternalName') return [];
  return set.podsSelected(service.namespace, equalitySelector(map(service.manifest.spec).selector));
}

const servicesByPod = perSet((set: WorkloadSet) => {
  const found = new Map<PodSubject, Resource[]>();
  for (const service of set.ofKind('Service'))
    for (const pod of podsBehind(set, service)) {
      const there = found.get(pod);
      if (there === undefined) found.set(pod, [service]);
      else there.push(service);
    }
  return found;
});

/** The Services of the set that select the pod. */
export function servicesOf(set: WorkloadSet, pod: PodSubject): readonly Resource[] {
  return servicesByPod(set).get(pod) ?? [];
}

/** Finds Services by the labels that they themselves have. */
export const servicesByLabel = perSet((set: WorkloadSet) =>
  labelIndex(
    set.ofKind('Service'),
    (service) => service.namespace,
    (service) => map(dig(service.manifest, 'metadata', 'labels')),
  ),
);
