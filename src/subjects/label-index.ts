import type { JsonMap } from '../model.ts';
import { holds, labelValue, type Selector } from './selector.ts';

/** Finds the things of a namespace (of all when it is undefined) that a selector selects. */
export type LabelIndex<T> = (namespace: string | undefined, selector: Selector) => readonly T[];

const labelKey = (namespace: string | undefined, key: string, value: string): string =>
  JSON.stringify([namespace ?? null, key, value]);

/** Indexes things by namespace and by each of their labels, so that a selector looks only at candidates. */
export function labelIndex<T>(
  all: readonly T[],
  namespaceOf: (item: T) => string,
  labelsOf: (item: T) => JsonMap,
): LabelIndex<T> {
  const byNamespace = new Map<string, T[]>();
  const byLabel = new Map<string, T[]>();
  const add = (to: Map<string, T[]>, key: string, item: T): void => {
    const there = to.get(key);
    if (there === undefined) to.set(key, [item]);
    else there.push(item);
  };
  for (const item of all) {
    const namespace = namespaceOf(item);
    add(byNamespace, namespace, item);
    for (const [key, value] of Object.entries(labelsOf(item))) {
      add(byLabel, labelKey(namespace, key, labelValue(value)), item);
      add(byLabel, labelKey(undefined, key, labelValue(value)), item);
    }
  }
  return (namespace, selector) => {
    let candidates: readonly T[] = namespace === undefined ? all : (byNamespace.get(namespace) ?? []);
    for (const one of selector.requirements) {
      const [value] = one.values;
      if (one.operator !== 'In' || one.values.length !== 1 || value === undefined) continue;
      const found = byLabel.get(labelKey(namespace, one.key, value)) ?? [];
      if (found.length < candidates.length) candidates = found;
    }
    return selector.requirements.length === 0
      ? candidates
      : candidates.filter((item) => selector.requirements.every((one) => holds(one, labelsOf(item))));
  };
}
