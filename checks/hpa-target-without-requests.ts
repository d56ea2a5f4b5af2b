import {
  absent,
  type ContainerSubject,
  defineCheck,
  dig,
  isWrittenByMesh,
  type JsonMap,
  labelOf,
  list,
  map,
  ownerLabel,
  type Path,
  perSet,
  type PodSubject,
  type Resource,
  scaleTarget,
  scaleTargetRef,
  str,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'hpa-target-without-requests',
  title: 'Utilisation target without resource requests',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'A share of what is requested cannot be computed without a request: the autoscaler reports an error and never scales.',
  remedy: 'Set requests on every container.',
  *run(set) {
    const workloads = podsByWorkload(set);
    for (const resource of set.ofKind('HorizontalPodAutoscaler.autoscaling')) {
      const target = scaleTarget(resource, scaleTargetRef(resource));
      const metrics = utilizations(resource);
      if (target === undefined || metrics.length === 0) continue;
      const pods = set.find(target.kindKey, resource.namespace, target.name).flatMap((one) => workloads.get(one) ?? []);
      for (const { name, at } of metrics)
        for (const pod of pods.filter((one) => one.resource.unit === resource.unit)) {
          const lacking = pod.containers.find((one) => runs(one) && !hasRequest(one.spec, name));
          if (lacking === undefined || hasRequest(pod.spec, name) || hasDefault(set, pod, name)) continue;
          yield {
            resource,
            at,
            message: `${labelOf(resource)} goes by the share of ${name}, but ${lacking.label} of ${ownerLabel(pod)} requests none.`,
          };
          break;
        }
    }
  },
});

const podsByWorkload = perSet((set) => {
  const found = new Map<Resource, PodSubject[]>();
  for (const pod of set.pods) found.set(pod.resource, [...(found.get(pod.resource) ?? []), pod]);
  return found;
});

const runs = (container: ContainerSubject): boolean =>
  (container.list === 'containers' || container.sidecar) && !isWrittenByMesh(container);

/** Resources that the autoscaler keeps at a share of what is requested, in all forms the API has had. */
function utilizations(scaler: Resource): { name: string; at: Path }[] {
  const { metrics, targetCPUUtilizationPercentage } = map(scaler.manifest.spec);
  if (!absent(targetCPUUtilizationPercentage)) return [{ name: 'cpu', at: ['spec', 'targetCPUUtilizationPercentage'] }];
  // The API server gives this metric to an autoscaler that has none; v1 may keep its own in an annotation.
  if (list(metrics).length === 0)
    return absent(dig(scaler.manifest, ...keptInV1)) ? [{ name: 'cpu', at: ['spec', 'metrics'] }] : [];
  return list(metrics).flatMap((metric, index) => {
    const source = dig(metric, 'resource');
    const share = dig(source, 'target', 'type') === 'Utilization' || !absent(dig(source, 'targetAverageUtilization'));
    const name = str(dig(source, 'name'));
    return dig(metric, 'type') === 'Resource' && share && name !== undefined
      ? [{ name, at: ['spec', 'metrics', index] }]
      : [];
  });
}

const keptInV1 = ['metadata', 'annotations', 'autoscaling.alpha.kubernetes.io/metrics'];

/** The API copies a limit to a missing request. */
function hasRequest(holder: JsonMap, name: string): boolean {
  return ['requests', 'limits'].some((kind) => !absent(dig(holder, 'resources', kind, name)));
}

/** A LimitRange of the namespace may fill the request in. */
function hasDefault(set: WorkloadSet, pod: PodSubject, name: string): boolean {
  return set
    .ofKind('LimitRange')
    .some(
      (range) =>
        range.namespace === pod.resource.namespace &&
        list(dig(range.manifest, 'spec', 'limits')).some((limit) =>
          ['defaultRequest', 'default', 'max'].some((field) => !absent(dig(limit, field, name))),
        ),
    );
}
