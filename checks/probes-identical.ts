import {
  below,
  containerPorts,
  type ContainerSubject,
  defineCheck,
  handlerOf,
  int,
  type JsonMap,
  Label,
  probeOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'probes-identical',
  title: 'Liveness and readiness probe are the same',
  category: 'reliability',
  severity: 'low',
  default: 'on',
  on: 'container',
  kinds: ['LongRunningWorkload'],
  why: 'When both probes fail together the container is restarted instead of being taken out of traffic, so overload turns into an outage.',
  remedy: 'Use different endpoints.',
  peers: { 'kube-score': ['pod-probes-identical'], kyverno: ['other/ensure-probes-different'] },
  run(container) {
    const liveness = probeOf(container, 'livenessProbe');
    const readiness = probeOf(container, 'readinessProbe');
    if (liveness === undefined || readiness === undefined) return;
    const same = target(container, liveness);
    if (same === undefined || same !== target(container, readiness)) return;
    const patient = (int(liveness.failureThreshold) ?? 3) >= 2 * (int(readiness.failureThreshold) ?? 3);
    return {
      at: below(container.path, 'livenessProbe'),
      message: `${Label(container)} is asked the same by its liveness and its readiness probe.`,
      ...(patient ? { severity: 'info' } : {}),
    };
  },
});

/** What a probe asks, as text: thresholds and headers aside, ports by number where the container declares them. */
function target(container: ContainerSubject, probe: JsonMap): string | undefined {
  const handler = handlerOf(probe);
  if (handler === undefined) return undefined;
  if (handler.type === 'exec') return JSON.stringify(handler.command);
  const named = containerPorts(container).find((port) => port.name !== '' && port.name === handler.port);
  const port = named?.port ?? handler.port ?? null;
  switch (handler.type) {
    case 'httpGet':
      return JSON.stringify(['http', handler.path, port, handler.scheme]);
    case 'tcpSocket':
      return JSON.stringify(['tcp', port]);
    case 'grpc':
      return JSON.stringify(['grpc', port, handler.service]);
  }
}
