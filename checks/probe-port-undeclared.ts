import {
  and,
  below,
  containerPorts,
  defineCheck,
  type Gathered,
  handlerOf,
  isKnative,
  Label,
  labelValue,
  probeNames,
  probeOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'probe-port-undeclared',
  title: 'Probe uses a port the container does not declare',
  category: 'reliability',
  severity: 'low',
  default: 'on',
  on: 'container',
  kinds: ['LongRunningWorkload'],
  why: 'A probe on a port that is not there fails for ever: the pod is restarted again and again, or never gets traffic.',
  remedy: 'Declare the port or correct the probe.',
  peers: { 'kube-linter': ['liveness-port', 'readiness-port', 'startup-port'] },
  run(container) {
    const ports = containerPorts(container);
    let violations: Gathered;
    for (const name of probeNames) {
      const probe = probeOf(container, name);
      const handler = probe === undefined ? undefined : handlerOf(probe);
      if (handler === undefined || handler.type === 'exec' || handler.port === undefined) continue;
      // A probe of another host has nothing to do with the container's ports.
      if (handler.type !== 'grpc' && handler.host !== '') continue;
      const at = below(container.path, name, handler.type, 'port');
      const port = handler.port;
      const knative = isKnative(container.pod);
      if (knative && port === 0) continue;
      const assumed = knative ? knativePort : undefined;
      const found = ports.filter((one) =>
        typeof port === 'string' ? one.name === port : (one.port ?? assumed) === port,
      );
      if (found.length === 0 && ports.length === 0 && port === assumed) continue;
      if (found.length === 0)
        violations = and(violations, {
          at,
          message: `${Label(container)}: the ${name} asks port ${labelValue(port)}, which the container does not declare.`,
          ...(typeof port === 'string' ? { severity: 'medium' } : {}),
        });
      else if (!found.some((one) => one.protocol === 'TCP'))
        violations = and(violations, {
          at,
          message: `${Label(container)}: the ${name} asks port ${labelValue(port)}, which is not TCP.`,
        });
    }
    return violations;
  },
});

/** The port of a Knative container that names none; 0 in a probe stands for whatever port it has. */
const knativePort = 8080;
