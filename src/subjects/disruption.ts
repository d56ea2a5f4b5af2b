import type { Resource } from '../model.ts';
import type { PodSubject } from './pod.ts';
import { labelSelector } from './selector.ts';
import { groupBy, perSet, type WorkloadSet } from './set.ts';
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

/** Whether some PodDisruptionBudget is for the pod: one of the set, or one beyond it. */
export function hasBudget(set: WorkloadSet, pod: PodSubject): boolean {
  if (budgeted(set).has(pod)) return true;
  const { beyond } = set;
  if (beyond === undefined) return false;
  return (
    budgets(beyond.all)
      .get(pod.resource.namespace)
      ?.some((budget) => beyond.meets(budget) && podsOfBudget(set, budget).includes(pod)) ?? false
  );
}

const budgets = perSet((set: WorkloadSet) => groupBy(set.ofKind('PodDisruptionBudget.policy'), (one) => one.namespace));
