import type { Json, JsonMap } from '../model.ts';
import { isMap, list, str } from './values.ts';

/** One condition on a label. `Never` stands for what the API would refuse: it selects nothing. */
export interface Requirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Never';
  values: readonly string[];
}

/** A label selector; one without requirements selects everything. */
export interface Selector {
  requirements: readonly Requirement[];
}

export const selectsAll: Selector = { requirements: [] };

/** A `LabelSelector`; undefined when it is missing, which selects nothing in most places and everything in some. */
export function labelSelector(value: Json | undefined): Selector | undefined {
  if (!isMap(value)) return undefined;
  const equal = equalitySelector(value.matchLabels);
  const expressions = list(value.matchExpressions);
  if (expressions.length === 0) return equal;
  return { requirements: [...equal.requirements, ...expressions.map((expression) => requirement(expression))] };
}

/** A plain mapping of labels, as Services and ReplicationControllers have it. */
export function equalitySelector(value: Json | undefined): Selector {
  if (!isMap(value)) return selectsAll;
  return {
    requirements: Object.keys(value).map((key) => ({ key, operator: 'In', values: [labelValue(value[key])] })),
  };
}

function requirement(expression: Json): Requirement {
  const never: Requirement = { key: '', operator: 'Never', values: [] };
  if (!isMap(expression)) return never;
  const { operator } = expression;
  const key = str(expression.key);
  const values = list(expression.values).map((value) => labelValue(value));
  if (key === undefined) return never;
  if (operator === 'In' || operator === 'NotIn') return values.length === 0 ? never : { key, operator, values };
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return values.length > 0 ? never : { key, operator, values };
  return never;
}

/** Labels are strings; a number or boolean that lost its quotes is read as what it says. */
export function labelValue(value: Json | undefined): string {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : (str(value) ?? '');
}

/** Whether the selector selects something that has these labels. */
export function selects(selector: Selector, labels: JsonMap): boolean {
  return selector.requirements.every((one) => holds(one, labels));
}

export function holds(one: Requirement, labels: JsonMap): boolean {
  const present = Object.hasOwn(labels, one.key);
  const value = present ? labelValue(labels[one.key]) : '';
  switch (one.operator) {
    case 'In':
      return present && one.values.includes(value);
    case 'NotIn':
      return !present || !one.values.includes(value);
    case 'Exists':
      return present;
    case 'DoesNotExist':
      return !present;
    case 'Never':
      return false;
  }
}

/**
 * Labels that controllers put on pods at run time, and Vault and OpenBao on their own. No manifest has them, so a selector on
 * one of them may select any pod of a controller.
 */
const runtimeLabels = new Set([
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'pod-template-generation',
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'serving.knative.dev/configuration',
  'serving.knative.dev/revision',
  'serving.knative.dev/service',
  ...['vault', 'openbao'].flatMap((server) =>
    ['active', 'initialized', 'perf-standby', 'sealed', 'version'].map((state) => `${server}-${state}`),
  ),
]);

/** The selector without what only the running cluster can answer. */
export function withoutRuntimeLabels(selector: Selector): Selector {
  if (!selector.requirements.some((one) => runtimeLabels.has(one.key))) return selector;
  return { requirements: selector.requirements.filter((one) => !runtimeLabels.has(one.key)) };
}
