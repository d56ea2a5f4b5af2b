import {
  containerPorts,
  type ContainerSubject,
  defineCheck,
  int,
  isWrittenByMesh,
  labelOf,
  podsBehind,
  type PodSubject,
  servicePorts,
} from '../src/check.ts';

export default defineCheck({
  id: 'service-target-port-missing',
  title: 'Service target port is not declared by the pods',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'Connections to the Service fail, because no container listens there.',
  remedy: 'Correct targetPort.',
  *run(set) {
    for (const resource of set.ofKind('Service')) {
      const pods = podsBehind(set, resource);
      if (pods.length === 0 || pods.some((pod) => pod.containers.some((one) => isWrittenByMesh(one)))) continue;
      const ports = pods.flatMap((pod) =>
        pod.containers.filter((one) => runs(one)).flatMap((one) => containerPorts(one)),
      );
      for (const { index, port, targetPort } of servicePorts(resource)) {
        const wanted = int(targetPort) ?? targetPort ?? port;
        const at = ['spec', 'ports', index, ...(targetPort === undefined ? ['port'] : ['targetPort'])];
        if (typeof wanted === 'string') {
          if (!ports.some((one) => one.name === wanted))
            yield {
              resource,
              at,
              message: `${labelOf(resource)} sends traffic to the port "${wanted}", which no container of its pods has.`,
            };
        } else if (typeof wanted === 'number' && declares(pods) && !ports.some((one) => one.port === wanted))
          yield {
            resource,
            at,
            message: `${labelOf(resource)} sends traffic to port ${wanted}, which no container of its pods declares.`,
            severity: 'low',
          };
      }
    }
  },
});

const runs = (container: ContainerSubject): boolean => container.list === 'containers' || container.sidecar;

/** A pod that declares no port at all may listen anywhere. */
function declares(pods: readonly PodSubject[]): boolean {
  return pods.every((pod) => pod.containers.some((one) => runs(one) && containerPorts(one).length > 0));
}
