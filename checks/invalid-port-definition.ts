import {
  below,
  containerPorts,
  defineCheck,
  int,
  isKind,
  isKnative,
  Label,
  labelOf,
  labelValue,
  podsOf,
  type PodSubject,
  type Resource,
  servicePorts,
  type Violation,
} from '../src/check.ts';

export default defineCheck({
  id: 'invalid-port-definition',
  title: 'Port name or number is invalid',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Workload', 'Service'],
  why: "The API refuses the object, or two ports with one name or number get in each other's way.",
  remedy: 'Correct the port.',
  peers: { 'kube-linter': ['invalid-target-ports'], 'kube-score': ['container-ports-check'] },
  run(resource) {
    const found: Violation[] = [];
    if (isKind(resource, ['Service'])) found.push(...servicePortFaults(resource));
    for (const pod of podsOf(resource))
      if (pod.containers.some((container) => containerPorts(container).length > 0)) found.push(...podPortFaults(pod));
    return found;
  },
});

/** https://kubernetes.io/docs/reference/networking/: names of container and target ports are IANA service names. */
function nameFault(name: string): string | undefined {
  if (name.length <= 15 && /^[a-z](?:-?[a-z\d])*$/.test(name)) return undefined;
  if (name.length > 15) return 'is longer than 15 characters';
  if (!/^[a-z\d-]+$/.test(name)) return 'has characters other than a-z, 0-9 and -';
  if (!/[a-z]/.test(name)) return 'has no letter';
  return /^-|-$|--/.test(name) ? 'has a dash at an end or two in a row' : undefined;
}

const outOfRange = (port: number): boolean => port < 1 || port > 65_535;

function podPortFaults(pod: PodSubject): Violation[] {
  const found: Violation[] = [];
  const shared = { names: new Set<string>(), numbers: new Set<string>() };
  for (const container of pod.containers) {
    // Init containers run one after the other: their ports meet nobody else's.
    const together = container.list === 'containers' || container.sidecar;
    const { names, numbers } = together ? shared : { names: new Set<string>(), numbers: new Set<string>() };
    for (const { name, port, protocol, at } of containerPorts(container)) {
      const fault = name === '' ? undefined : nameFault(name);
      const number = `${port ?? ''}/${protocol}`;
      if (fault !== undefined)
        found.push({ at: below(at, 'name'), message: `${Label(container)}: the port name "${name}" ${fault}.` });
      else if (names.has(name))
        found.push({
          at: below(at, 'name'),
          message: `${Label(container)}: the port name "${name}" is taken already.`,
        });
      if (port === undefined) {
        // Knative takes 8080.
        if (!isKnative(pod))
          found.push({ at: below(at, 'containerPort'), message: `${Label(container)}: a port has no number.` });
      } else if (outOfRange(port))
        found.push({ at: below(at, 'containerPort'), message: `${Label(container)}: ${port} is not a port.` });
      else if (numbers.has(number))
        found.push({
          at: below(at, 'containerPort'),
          message: `${Label(container)}: port ${number} is taken already.`,
        });
      if (name !== '') names.add(name);
      numbers.add(number);
    }
  }
  return found;
}

function* servicePortFaults(service: Resource): Generator<Violation> {
  const ports = servicePorts(service);
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const { index, name, port, targetPort, protocol } of ports) {
    const at = ['spec', 'ports', index];
    const number = `${port ?? ''}/${protocol}`;
    if (name === '' && ports.length > 1)
      yield { at, message: `${labelOf(service)}: port ${port ?? index + 1} has no name among several ports.` };
    // Names of Service ports are DNS labels, which may be longer.
    else if (name !== '' && !/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/.test(name))
      yield { at: below(at, 'name'), message: `${labelOf(service)}: the port name "${name}" is not a DNS label.` };
    else if (name !== '' && names.has(name))
      yield { at: below(at, 'name'), message: `${labelOf(service)}: the port name "${name}" is taken already.` };
    if (port !== undefined && outOfRange(port))
      yield { at: below(at, 'port'), message: `${labelOf(service)}: ${port} is not a port.` };
    else if (port !== undefined && numbers.has(number))
      yield { at: below(at, 'port'), message: `${labelOf(service)}: port ${number} is taken already.` };
    // What stands in quotes is a name, digits too; an empty one is unset.
    const target = typeof targetPort === 'string' ? undefined : int(targetPort);
    const fault = typeof targetPort === 'string' && targetPort !== '' ? nameFault(targetPort) : undefined;
    if (target !== undefined && outOfRange(target))
      yield { at: below(at, 'targetPort'), message: `${labelOf(service)}: the target ${target} is not a port.` };
    if (fault !== undefined)
      yield {
        at: below(at, 'targetPort'),
        message: `${labelOf(service)}: the target port name "${labelValue(targetPort)}" ${fault}.`,
      };
    names.add(name);
    numbers.add(number);
  }
}
