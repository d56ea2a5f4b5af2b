import type { Resource, Severity } from '../model.ts';
import { canonicalKind, isKind } from './kinds.ts';
import { keptFor } from './kept.ts';
import { labelIndex, type LabelIndex } from './label-index.ts';
import { podsOf, type PodSubject } from './pod.ts';
import { withoutRuntimeLabels, type Selector } from './selector.ts';
import { map } from './values.ts';

/** Objects that are judged together. */
export interface WorkloadSet {
  resources: readonly Resource[];
  /**
   * True when the set is known to hold all there is to know (the settings say so, or nothing points outside). Rules that
   * miss an object stay silent or drop to `info` when it is false.
   */
  complete: boolean;
  /** Every pod spec of the set. */
  pods: readonly PodSubject[];
  /** Objects of the kinds named as in `isKind`. Answers are kept: asking twice costs nothing. */
  ofKind(...kinds: string[]): readonly Resource[];
  /**
   * The objects of that kind (`Service`, `Deployment.apps`), namespace and name: several when the set holds variants; those
   * beyond the set when it holds none. Two unknown namespaces are equal.
   */
  find(kind: string, namespace: string, name: string): readonly Resource[];
  /** The pod specs in the namespace (anywhere when it is undefined) that the selector selects. */
  podsSelected(namespace: string | undefined, selector: Selector): readonly PodSubject[];
  /** Where to look for what this set misses; undefined when the set is all there is. */
  beyond?: Beyond;
}

/** The objects of all units, of which a set holds one. */
export interface Beyond {
  all: WorkloadSet;
  /** Whether an object can be in one cluster with those of the set, as far as that is known. */
  meets(other: Resource): boolean;
}

/**
 * Builds the set of `resources`.
 *
 * @param all the objects of all units, when `resources` are those of one, then what they are joined with
 */
export function workloadSet(resources: readonly Resource[], complete: boolean, all?: WorkloadSet): WorkloadSet {
  const byKinds = new Map<string, readonly Resource[]>();
  let choose: ReturnType<typeof kindIndex> | undefined;
  let byName: ReturnType<typeof nameIndex> | undefined;
  let index: LabelIndex<PodSubject> | undefined;
  let pods: PodSubject[] | undefined;
  const beyond = all === undefined ? undefined : beyondOf(resources, all);
  return {
    resources,
    complete,
    ...(beyond === undefined ? {} : { beyond }),
    get pods() {
      return (pods ??= resources.flatMap((resource) => podsOf(resource)));
    },
    ofKind(...kinds) {
      const key = kinds.length === 1 ? (kinds[0] ?? '') : kinds.join(' ');
      let found = byKinds.get(key);
      if (found === undefined) byKinds.set(key, (found = (choose ??= kindIndex(resources))(kinds)));
      return found;
    },
    find(kind, namespace, name) {
      const found = (byName ??= nameIndex(resources)).get(kind)?.get(namespace)?.get(name) ?? nobody;
      if (found.length > 0 || beyond === undefined) return found;
      return beyond.all.find(kind, namespace, name).filter((other) => beyond.meets(other));
    },
    podsSelected(namespace, selector) {
      index ??= labelIndex(this.pods, (pod) => pod.resource.namespace, podLabels);
      return index(namespace, withoutRuntimeLabels(selector));
    },
  };
}

/**
 * Objects that never meet those of a unit: other variants of the same chart, and units that carry one of its workloads under the
 * same name, as the overlays of one application do.
 */
function beyondOf(resources: readonly Resource[], all: WorkloadSet): Beyond {
  const unit = resources[0]?.unit ?? '';
  let rivals: Set<string> | undefined;
  return {
    all,
    meets(other) {
      rivals ??= new Set(
        resources
          .filter((own) => own.unit === unit && podsOf(own).length > 0)
          .flatMap((own) => all.find(canonicalKind(own), own.namespace, own.name).map((same) => same.unit)),
      );
      return other.unit !== unit && rootOf(other.unit) !== rootOf(unit) && !rivals.has(other.unit);
    },
  };
}

interface KindMembers {
  first: Resource;
  members: Resource[];
  positions: number[];
}

/** Sorts objects by apiVersion and kind, so that a question about kinds looks at each pair once and not at each object. */
function kindIndex(resources: readonly Resource[]): (kinds: readonly string[]) => readonly Resource[] {
  const classes = new Map<string, Map<string, KindMembers>>();
  for (const [position, resource] of resources.entries()) {
    let ofVersion = classes.get(resource.apiVersion);
    if (ofVersion === undefined) classes.set(resource.apiVersion, (ofVersion = new Map<string, KindMembers>()));
    const there = ofVersion.get(resource.kind);
    if (there === undefined)
      ofVersion.set(resource.kind, { first: resource, members: [resource], positions: [position] });
    else {
      there.members.push(resource);
      there.positions.push(position);
    }
  }
  const all = [...classes.values()].flatMap((ofVersion) => [...ofVersion.values()]);
  return (kinds) => {
    const chosen = all.filter(({ first }) => isKind(first, kinds));
    if (chosen.length <= 1) return chosen[0]?.members ?? [];
    if (chosen.length === all.length) return resources;
    const positions = chosen.flatMap((one) => one.positions).sort((a, b) => a - b);
    return positions.flatMap((position) => resources[position] ?? []);
  };
}

const nobody: readonly Resource[] = [];

/** Objects by kind, namespace and name. */
function nameIndex(resources: readonly Resource[]): Map<string, Map<string, Map<string, Resource[]>>> {
  const index = new Map<string, Map<string, Map<string, Resource[]>>>();
  for (const resource of resources) {
    const kind = canonicalKind(resource);
    let ofKind = index.get(kind);
    if (ofKind === undefined) index.set(kind, (ofKind = new Map<string, Map<string, Resource[]>>()));
    let there = ofKind.get(resource.namespace);
    if (there === undefined) ofKind.set(resource.namespace, (there = new Map<string, Resource[]>()));
    const named = there.get(resource.name);
    if (named === undefined) there.set(resource.name, [resource]);
    else named.push(resource);
  }
  return index;
}

/** Labels of the pod, or of the pod template. */
export function podLabels(pod: PodSubject): ReturnType<typeof map> {
  return map(pod.metadata.labels);
}

/** Computes something of a set once. */
export function perSet<T>(build: (set: WorkloadSet) => T): (set: WorkloadSet) => T {
  return keptFor(build);
}

/** Whether the selector selects a pod of the set, or one beyond it that these can meet. */
export function selectsAny(set: WorkloadSet, namespace: string | undefined, selector: Selector): boolean {
  if (set.podsSelected(namespace, selector).length > 0) return true;
  const { beyond } = set;
  return beyond?.all.podsSelected(namespace, selector).some((pod) => beyond.meets(pod.resource)) ?? false;
}

/** What a violation over a missing object carries: `info` while the set may be partial. */
export function unlessPartial(set: WorkloadSet): { severity?: Severity } {
  return set.complete ? {} : { severity: 'info' };
}

/** Whether an object that is nowhere is missing: not where a part of the set, or a unit beyond it, is not known. */
export function knowsAll(set: WorkloadSet): boolean {
  return set.complete && set.beyond?.all.complete !== false;
}

/** What a violation over an object that is named and is nowhere carries: `info` where it may be in what is not known. */
export function unlessHidden(set: WorkloadSet): { severity?: Severity } {
  return knowsAll(set) ? {} : { severity: 'info' };
}

/** Groups objects by a key; those whose key is undefined are left out. */
export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const there = groups.get(key);
    if (there === undefined) groups.set(key, [item]);
    else there.push(item);
  }
  return groups;
}

/**
 * Whether two objects can meet in one cluster, as far as that is known: those of one unit do. A set may hold the renders of
 * one chart for several environments, whose objects never meet; neither does one object that two overlays carry. All others
 * do when the set holds all there is. Two manifests of one object never meet: the one applied last replaces the other.
 */
export function canMeet(set: WorkloadSet, one: Resource, other: Resource): boolean {
  if (isSameObject(one, other)) return false;
  if (one.unit === other.unit) return true;
  if (rootOf(one.unit) === rootOf(other.unit) || (one.kind === other.kind && one.name === other.name)) return false;
  return set.complete;
}

function isSameObject(one: Resource, other: Resource): boolean {
  const { name, namespace } = one;
  return (
    name !== '' && name === other.name && namespace === other.namespace && canonicalKind(one) === canonicalKind(other)
  );
}

/** A unit's id without its variant: `helm:charts/api` of `helm:charts/api@values-prod.yaml`. */
function rootOf(unit: string): string {
  const at = unit.lastIndexOf('@');
  return at === -1 ? unit : unit.slice(0, at);
}

/** ` in namespace "shop"`, or nothing when the namespace is unknown. */
export function whereIn(namespace: string): string {
  return namespace === '' ? '' : ` in namespace "${namespace}"`;
}
