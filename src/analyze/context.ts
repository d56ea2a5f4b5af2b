import type { Resource } from '../model.ts';
import { canonicalKind } from '../subjects/kinds.ts';
import { podsOf } from '../subjects/pod.ts';
import { labelSelector, labelValue } from '../subjects/selector.ts';
import { podLabels } from '../subjects/set.ts';
import { map } from '../subjects/values.ts';

/** What one unit may bring for the namespace of another: found in whichever unit it is. */
function governsNamespace({ kind }: Resource): boolean {
  return /NetworkPolicy$|^(?:ResourceQuota|LimitRange|Namespace)$/.test(kind);
}

/**
 * Finds for a unit the objects of all other units that its checks may join with. A NetworkPolicy is only looked up by a label that it
 * wants: those of a thousand applications in one namespace say nothing of one another, and joining each with all would cost the square.
 *
 * @param all the objects of every unit of one side
 */
export function contextIndex(all: readonly Resource[]): (unit: string, own: readonly Resource[]) => Resource[] {
  const governing = all.filter(governsNamespace);
  const byNamespace = new Map<string, Resource[]>();
  const byLabel = new Map<string, Resource[]>();
  const samples = new Map<string, Resource[]>();
  const everywhere: Resource[] = [];
  for (const resource of governing) {
    const label = wantedLabel(resource);
    if (label !== undefined) {
      add(byLabel, keyOf(resource.namespace, label), resource);
      // Some checks only ask whether a namespace has any policy: one of each of two units tells every unit.
      const some = samples.get(resource.namespace) ?? [];
      if (some.length < 2 && some[0]?.unit !== resource.unit) add(samples, resource.namespace, resource);
    }
    if (resource.kind === 'Namespace') add(byNamespace, resource.name, resource);
    else if (resource.namespace === '') everywhere.push(resource);
    else if (label === undefined) add(byNamespace, resource.namespace, resource);
  }
  return (unit, own) => {
    const found = new Set(everywhere);
    const named = own.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name);
    for (const namespace of new Set([...named, ...own.map((resource) => resource.namespace)]))
      for (const group of [byNamespace, samples]) for (const one of group.get(namespace) ?? []) found.add(one);
    for (const resource of own)
      for (const pod of podsOf(resource))
        for (const [name, value] of Object.entries(podLabels(pod)))
          for (const one of byLabel.get(keyOf(resource.namespace, [name, labelValue(value)])) ?? []) found.add(one);
    return [...found].filter((resource) => resource.unit !== unit);
  };
}

/** One label without which the policy selects no pod; undefined for what may concern any pod of its namespace. */
function wantedLabel(resource: Resource): [name: string, value: string] | undefined {
  if (canonicalKind(resource) !== 'NetworkPolicy.networking.k8s.io') return undefined;
  const selector = labelSelector(map(resource.manifest.spec).podSelector);
  const one = selector?.requirements.find(({ operator, values }) => operator === 'In' && values.length === 1);
  const [value] = one?.values ?? [];
  return one === undefined || value === undefined ? undefined : [one.key, value];
}

function keyOf(namespace: string, label: readonly [string, string]): string {
  return JSON.stringify([namespace, ...label]);
}

function add(to: Map<string, Resource[]>, key: string, resource: Resource): void {
  const there = to.get(key);
  if (there === undefined) to.set(key, [resource]);
  else there.push(resource);
}
