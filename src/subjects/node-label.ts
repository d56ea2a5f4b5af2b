import type { Json, Path } from '../model.ts';
import type { PodSubject } from './pod.ts';
import { absent, dig, isMap, list, map, str } from './values.ts';

/** A label of nodes that the placement of a pod goes by. */
export interface NodeLabel {
  key: string;
  at: Path;
}

/**
 * The labels that nodes must have for a pod, or that tell apart the places it is spread over: node selector, node affinity (what
 * nodes must not have is left out), pod affinity and topology spread.
 */
export function nodeLabelsOf(pod: PodSubject): readonly NodeLabel[] {
  const { nodeSelector, affinity, topologySpreadConstraints } = pod.spec;
  if (absent(nodeSelector) && absent(affinity) && absent(topologySpreadConstraints)) return none;
  const found = Object.keys(map(nodeSelector)).map((key) => ({ key, at: pod.at('nodeSelector', key) }));
  const take = (key: Json | undefined, ...steps: Path): void => {
    if (typeof key === 'string') found.push({ key, at: pod.at(...steps) });
  };
  for (const [index, one] of list(topologySpreadConstraints).entries())
    take(dig(one, 'topologyKey'), 'topologySpreadConstraints', index, 'topologyKey');
  if (isMap(affinity)) for (const { key, steps } of affinityKeys(affinity)) take(key, 'affinity', ...steps);
  return found;
}

const none: readonly NodeLabel[] = [];
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

function* affinityKeys(affinity: Json): Generator<{ key: Json | undefined; steps: Path }> {
  const terms = [
    ...below(affinity, 'nodeAffinity', required, 'nodeSelectorTerms'),
    ...below(affinity, 'nodeAffinity', preferred).map(({ value, steps }) => ({
      value: dig(value, 'preference'),
      steps: [...steps, 'preference'],
    })),
  ];
  for (const { value, steps } of terms)
    for (const [index, expression] of list(dig(value, 'matchExpressions')).entries())
      if (!['NotIn', 'DoesNotExist'].includes(str(dig(expression, 'operator')) ?? ''))
        yield { key: dig(expression, 'key'), steps: [...steps, 'matchExpressions', index, 'key'] };
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    for (const { value, steps } of below(affinity, kind, required))
      yield { key: dig(value, 'topologyKey'), steps: [...steps, 'topologyKey'] };
    for (const { value, steps } of below(affinity, kind, preferred))
      yield { key: dig(value, 'podAffinityTerm', 'topologyKey'), steps: [...steps, 'podAffinityTerm', 'topologyKey'] };
  }
}

function below(holder: Json, ...path: readonly string[]): { value: Json; steps: Path }[] {
  return list(dig(holder, ...path)).map((value, index) => ({ value, steps: [...path, index] }));
}
