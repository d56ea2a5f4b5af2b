import type { Resource } from '../model.ts';
import { isKind } from './kinds.ts';
import { podsOf, type PodSubject } from './pod.ts';

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
}

/** Builds the set of `resources`. */
export function workloadSet(resources: readonly Resource[], complete: boolean): WorkloadSet {
  const byKinds = new Map<string, readonly Resource[]>();
  let pods: PodSubject[] | undefined;
  return {
    resources,
    complete,
    get pods() {
      return (pods ??= resources.flatMap((resource) => podsOf(resource)));
    },
    ofKind(...kinds) {
      const key = kinds.join(' ');
      let found = byKinds.get(key);
      if (found === undefined) byKinds.set(key, (found = resources.filter((resource) => isKind(resource, kinds))));
      return found;
    },
  };
}
