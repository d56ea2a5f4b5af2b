import type { Json, Path, Resource, Violation } from '../model.ts';
import { keptForText } from './kept.ts';
import { Label, type ContainerSubject } from './pod.ts';
import type { WorkloadSet } from './set.ts';
import { below } from './below.ts';
import { absent, dig, isMap, list } from './values.ts';
import { atLeast, type KubeVersion } from './version.ts';

/** As exponents of ten: 700 times 0.001 would be more than 0.7. */
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A Kubernetes quantity as a number in its base unit (cores, bytes): decimal and binary suffixes, exponents. Undefined for
 * anything the API would not take.
 */
export function quantity(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const known = read.get(value);
  if (known !== undefined || read.has(value)) return known;
  const amount = readQuantity(value);
  if (read.size >= mostRead) read.clear();
  if (value.length <= longestRead) read.set(value, amount);
  return amount;
}

/** The same few amounts are asked for again and again. */
const read = new Map<string, number | undefined>();
const mostRead = 1_000;
const longestRead = 40;

function readQuantity(value: string): number | undefined {
  const [, digits, exponent, suffix] =
    /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(value.trim()) ?? [];
  if (digits === undefined) return undefined;
  const scale = binary[suffix ?? ''];
  if (scale !== undefined) return Number(digits) * scale;
  return Number(`${digits}e${exponent ?? decimal[suffix ?? ''] ?? 0}`);
}

/** Same amount, however written (`1` and `1000m`). Rounding errors of the suffixes do not count. */
export function sameQuantity(a: Json | undefined, b: Json | undefined): boolean {
  const [x, y] = [quantity(a), quantity(b)];
  if (x === undefined || y === undefined) return JSON.stringify(a) === JSON.stringify(b);
  return Math.abs(x - y) <= Math.abs(x) * 1e-12;
}

/** Whether an amount is written that is not zero. Something unreadable counts as set: the API will say so. */
export function isSet(value: Json | undefined): boolean {
  return !absent(value) && value !== '' && quantity(value) !== 0;
}

export type ResourceList = 'requests' | 'limits';

/** What a container itself has for `resource`. */
export function amountOf(container: ContainerSubject, list: ResourceList, resource: string): Json | undefined {
  return dig(container.spec, 'resources', list, resource);
}

/** Where it has it, or would. Tekton calls the resources of a step `computeResources`. */
export function amountAt({ path, spec }: ContainerSubject, list: ResourceList, resource: string): Path {
  const field = isMap(spec.resources) && spec.resources === spec.computeResources ? 'computeResources' : 'resources';
  return below(path, field, list, resource);
}

/** Whether the pod-level resources set an amount (they exist from v1.34). */
function podSets(container: ContainerSubject, list: ResourceList, resource: string): boolean {
  return isSet(dig(container.pod.spec.resources, list, resource));
}

/** An ephemeral container cannot have resources. */
export function mayHaveResources(container: ContainerSubject): boolean {
  return container.list !== 'ephemeralContainers';
}

/**
 * Reports a container without an amount of `resource`: neither its own nor (from v1.34) the pod's. A limit also makes a
 * request, as the API copies it; a LimitRange of the namespace that brings a default lowers the report to info.
 */
export function missingAmount(
  container: ContainerSubject,
  context: { kubeVersion: KubeVersion; set: WorkloadSet },
  which: ResourceList,
  resource: string,
): Violation | undefined {
  if (!mayHaveResources(container) || setsAmount(container, context.kubeVersion, 'limits', resource)) return undefined;
  if (which === 'requests' && setsAmount(container, context.kubeVersion, 'requests', resource)) return undefined;
  const at = amountAt(container, which, resource);
  if (!hasDefault(container.resource, context.set, which, resource))
    return { at, message: `${Label(container)}${lack[which](resource)}` };
  const noun = `${resource} ${which === 'requests' ? 'request' : 'limit'}`;
  const message = `${Label(container)} sets no ${noun}; a LimitRange of the namespace fills it in.`;
  return { at, message, severity: 'info' };
}

/** What most findings on resources end with: made once, and shared. */
const lack = {
  requests: keptForText((resource) => ` sets no ${resource} request.`),
  limits: keptForText((resource) => ` sets no ${resource} limit.`),
};

/** Whether there is an amount, the container's own or (from v1.34) the pod's. */
export function setsAmount(
  container: ContainerSubject,
  version: KubeVersion,
  list: ResourceList,
  resource: string,
): boolean {
  if (isSet(amountOf(container, list, resource))) return true;
  return atLeast(version, 34) && podSets(container, list, resource);
}

/**
 * Whether a LimitRange in the object's namespace has a default. A default limit also makes a request, and where there is no
 * default, the highest amount becomes the limit and the lowest the request.
 * Source: pkg/apis/core/v1/defaults.go of Kubernetes v1.36 (SetDefaults_LimitRangeItem).
 */
export function hasDefault(object: Resource, set: WorkloadSet, which: ResourceList, resource: string): boolean {
  const ranges = set.ofKind('LimitRange');
  if (ranges.length === 0) return false;
  const keys = which === 'requests' ? ['defaultRequest', 'default', 'max', 'min'] : ['default', 'max'];
  return ranges
    .filter((range) => range.namespace === object.namespace)
    .flatMap((range) => list(dig(range.manifest, 'spec', 'limits')))
    .some((limit) => dig(limit, 'type') === 'Container' && keys.some((key) => isSet(dig(limit, key, resource))));
}
