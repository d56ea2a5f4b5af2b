import type { Resource } from '../model.ts';
import type { PodSubject } from './pod.ts';
import { labelSelector } from './selector.ts';
import { perSet, type WorkloadSet } from './set.ts';
import { map } from './values.ts';

/**
 * The pods a PodDisruptionBudget is for. An empty selector selects every pod of the namespace in policy/v1 and none in
 * policy/v1beta1; a missing one selects none.
 */
export function podsOfBudget(set: WorkloadSet, budget: Resource): readonly PodSubject[] {
  const selector = labelSelector(map(budget.manifest.spec).selector);
  if (selector === undefined) return [];
  if (selector.requirements.length === 0 && budget.apiVersion === 'policy/v1beta1') return [];
  return set.podsSelected(budget.namespace, selector);
}

const budgeted = perSet(
  (set: WorkloadSet) =>
    new Set(set.ofKind('PodDisruptionBudget.policy').flatMap((budget) => [...podsOfBudget(set, budget)])),
);

/** Whether some PodDisruptionBudget of the set is for the pod. */
export function hasBudget(set: WorkloadSet, pod: PodSubject): boolean {
  return budgeted(set).has(pod);
}
