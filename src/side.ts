import type { ObjectCount } from './analyze/emptied.ts';
import { PlimsollError } from './errors.ts';
import type { Problem, RenderUnit, Resource, Tree } from './model.ts';
import type { Budget, Rendered, RenderContext } from './render/renderer.ts';
import { rendererOf } from './render/renderers.ts';
import type { ReviewEffects, ReviewInput } from './review-input.ts';

/** The two commits that a review compares. */
export type SideName = 'head' | 'base';

/** One unit on one side, rendered or not. */
export interface Side {
  unit: RenderUnit;
  rendered?: Rendered;
  problems: Problem[];
  milliseconds: number;
}

/** Renders a unit; what it fails with is a problem of the side. Throws only when cancelled, or for a bug. */
export async function renderSide(
  unit: RenderUnit,
  tree: Tree,
  side: SideName,
  input: ReviewInput,
  effects: ReviewEffects,
  proofs?: Budget,
): Promise<Side> {
  const started = effects.now();
  const context = { ...contextOf(tree, input, effects), ...(proofs === undefined ? {} : { proofs }) };
  try {
    const rendered = await rendererOf(unit).render(unit, context);
    const problems = rendered.problems.map((problem) => ({ ...problem, unit: unit.id, side }));
    return { unit, rendered, problems, milliseconds: effects.now() - started };
  } catch (error) {
    effects.signal?.throwIfAborted();
    if (!(error instanceof PlimsollError)) throw error;
    const problems = [error.toProblem(), ...error.also].map((problem) => ({ ...problem, unit: unit.id, side }));
    return { unit, problems, milliseconds: effects.now() - started };
  }
}

/** What renders of a tree are given. */
export function contextOf(tree: Tree, input: ReviewInput, effects: ReviewEffects): RenderContext {
  return {
    tree,
    sandbox: effects.sandbox,
    kubeVersion: `${input.settings.kubeVersion}.0`,
    apiVersions: input.settings.apiVersions,
    ...(effects.parse === undefined ? {} : { parse: effects.parse }),
    ...(effects.signal === undefined ? {} : { signal: effects.signal }),
  };
}

/** The objects of one side, without those of units that failed on the other: of these nobody knows what changed. */
export function comparableObjects(side: readonly Side[], other: readonly Side[]): Resource[] {
  const failed = new Set(other.filter(({ rendered }) => rendered === undefined).map(({ unit }) => unit.id));
  return side.flatMap(({ unit, rendered }) => (failed.has(unit.id) ? [] : (rendered?.resources ?? [])));
}

/** How many objects each unit rendered. */
export function countsOf(sides: readonly Side[]): ObjectCount[] {
  return sides.flatMap(({ unit, rendered }) =>
    rendered === undefined ? [] : [{ unit: unit.id, objects: rendered.resources.length }],
  );
}
