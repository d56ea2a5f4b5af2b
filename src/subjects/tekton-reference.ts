import type { Json, Path } from '../model.ts';
import { below } from './below.ts';
import { scalarText } from './plain-text.ts';
import { dig, isMap, list, str } from './values.ts';

/** A reference of a run or pipeline to a task or pipeline that is written elsewhere. */
export interface TektonReference {
  ref: Json;
  at: Path;
}

/** The references in the spec of a run or pipeline, and in the pipeline that is written inside it. */
export function* tektonReferences(from: Json | undefined, path: Path = ['spec']): Generator<TektonReference> {
  for (const field of ['pipelineRef', 'taskRef']) {
    const ref = dig(from, field);
    if (isMap(ref)) yield { ref, at: below(path, field) };
  }
  for (const phase of ['tasks', 'finally'])
    for (const [index, task] of list(dig(from, phase)).entries())
      yield* tektonReferences(task, below(path, phase, index));
  const inside = dig(from, 'pipelineSpec');
  if (inside !== undefined) yield* tektonReferences(inside, below(path, 'pipelineSpec'));
}

/** The image that the task or pipeline comes in: v1beta1 has a field for it, the resolver of bundles a parameter. */
export function bundleOf({ ref, at }: TektonReference): { reference: string; at: Path } | undefined {
  const own = str(dig(ref, 'bundle'));
  if (own !== undefined) return { reference: own, at: below(at, 'bundle') };
  if (dig(ref, 'resolver') !== 'bundles') return undefined;
  const index = list(dig(ref, 'params')).findIndex((one) => dig(one, 'name') === 'bundle');
  if (index === -1) return undefined;
  return { reference: scalarText(dig(ref, 'params', index, 'value')), at: below(at, 'params', index, 'value') };
}
