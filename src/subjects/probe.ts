import type { Json, JsonMap, Path } from '../model.ts';
import { keptOf } from './kept.ts';
import type { ContainerSubject, PodSubject } from './pod.ts';
import { below } from './below.ts';
import { absent, int, isMap, list, map, str } from './values.ts';

export type ProbeName = 'livenessProbe' | 'readinessProbe' | 'startupProbe';
export const probeNames: readonly ProbeName[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What a probe does, with the defaults of the API filled in. */
export type ProbeHandler =
  | { type: 'exec'; command: readonly Json[] }
  | { type: 'httpGet'; path: string; port: Json | undefined; scheme: string; host: string; headers: Json }
  | { type: 'tcpSocket'; port: Json | undefined; host: string }
  | { type: 'grpc'; port: Json | undefined; service: string };

/** Whether the pod is a job, though not by its kind: a Pod that is not started again when it ends, as the tests of a chart are. */
export function endsByItself(pod: PodSubject): boolean {
  return pod.resource.kind === 'Pod' && ['Never', 'OnFailure'].includes(str(pod.spec.restartPolicy) ?? '');
}

/** The probe of that name; undefined when it is missing or not a mapping. */
export function probeOf(container: ContainerSubject, name: ProbeName): JsonMap | undefined {
  const probe = container.spec[name];
  return isMap(probe) ? probe : undefined;
}

export function handlerOf(probe: JsonMap): ProbeHandler | undefined {
  if (isMap(probe.exec)) return { type: 'exec', command: list(probe.exec.command) };
  if (isMap(probe.httpGet)) {
    const get = probe.httpGet;
    return {
      type: 'httpGet',
      path: filled(get.path) ?? '/',
      port: portValue(get.port),
      scheme: filled(get.scheme) ?? 'HTTP',
      host: str(get.host) ?? '',
      headers: list(get.httpHeaders),
    };
  }
  if (isMap(probe.tcpSocket))
    return { type: 'tcpSocket', port: portValue(probe.tcpSocket.port), host: str(probe.tcpSocket.host) ?? '' };
  if (isMap(probe.grpc))
    return { type: 'grpc', port: portValue(probe.grpc.port), service: str(probe.grpc.service) ?? '' };
  return undefined;
}

/** The API puts its default in the place of an empty text, too. */
function filled(value: Json | undefined): string | undefined {
  return value === '' ? undefined : str(value);
}

function portValue(value: Json | undefined): Json | undefined {
  return absent(value) ? undefined : (int(value) ?? value);
}

/** One entry of a container's ports. */
export interface ContainerPort {
  container: ContainerSubject;
  name: string;
  port: number | undefined;
  protocol: string;
  at: Path;
}

export const containerPorts = keptOf((container: ContainerSubject): readonly ContainerPort[] =>
  list(container.spec.ports).flatMap((entry, index) => {
    const port = map(entry);
    return isMap(entry)
      ? [
          {
            container,
            name: str(port.name) ?? '',
            port: int(port.containerPort),
            protocol: str(port.protocol) ?? 'TCP',
            at: below(container.path, 'ports', index),
          },
        ]
      : [];
  }),
);
