import {
  absent,
  and,
  below,
  type ContainerPort,
  containerPorts,
  type ContainerSubject,
  defineCheck,
  endsByItself,
  type Gathered,
  int,
  isKnative,
  isWrittenByMesh,
  Label,
  type Path,
  probeOf,
  servicePorts,
  servicesOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'readiness-probe-missing',
  title: 'Readiness probe is missing',
  category: 'reliability',
  severity: 'low',
  default: 'on',
  on: 'pod',
  kinds: ['LongRunningWorkload'],
  why: 'The Service sends requests to the container before it can answer them, at every start and every roll-out.',
  remedy: 'Add a readinessProbe.',
  peers: {
    checkov: ['CKV_K8S_9'],
    'kube-linter': ['no-readiness-probe'],
    polaris: ['readinessProbeMissing'],
    'kube-score': ['pod-probes'],
    kubescape: ['C-0018'],
    kyverno: ['best-practices/require-probes'],
  },
  options: {
    everywhere: {
      type: 'boolean',
      describe: 'Report every container without a readiness probe, whether a Service sends traffic to it or not.',
      default: false,
    },
  },
  run(pod, { set, options }) {
    if (endsByItself(pod)) return;
    const running = pod.containers.filter((one) => one.list === 'containers' || one.sidecar);
    const ready = (container: ContainerSubject): boolean =>
      probeOf(container, 'readinessProbe') !== undefined || isServing(container) || isWrittenByMesh(container);
    const missing = (container: ContainerSubject): { at: Path; message: string } => ({
      at: below(container.path, 'readinessProbe'),
      message: `${Label(container)} has no readiness probe.`,
    });
    let found: Gathered;
    if (options.everywhere === true) {
      for (const container of running)
        if (container.list === 'containers' && !ready(container)) found = and(found, missing(container));
      return found;
    }
    const services = servicesOf(set, pod);
    if (services.length === 0 && set.ofKind('Service').length > 0) return found;
    const targets = services.flatMap((service) => servicePorts(service).map((port) => port.targetPort ?? port.port));
    const wanted = (port: ContainerPort): boolean =>
      targets.some((target) => target === port.name || (port.port !== undefined && int(target) === port.port));
    const owners = running.filter((container) =>
      containerPorts(container).some((port) => services.length === 0 || wanted(port)),
    );
    // A Service works without declared ports: then any container may be the one that answers.
    const judged =
      owners.length > 0 || services.length === 0 ? owners : running.filter((one) => one.list === 'containers');
    if (services.length > 0 && judged.some((container) => ready(container))) return found;
    for (const container of judged) if (!ready(container)) found = and(found, missing(container));
    return found;
  },
});

/** Knative asks the container that serves whether its port is open, unless the manifest says how to ask. */
function isServing({ pod, spec, list }: ContainerSubject): boolean {
  return (
    isKnative(pod) &&
    list === 'containers' &&
    (!absent(spec.ports) || pod.containers.filter((one) => one.list === list).length === 1)
  );
}
