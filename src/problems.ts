import type { Problem } from './model.ts';
import type { ReviewInput } from './review-input.ts';

/** Whether a file is among what was asked for: as the only manifest of a folder would be. */
export function isAsked(file: string, scope: ReviewInput['scope']): boolean {
  if (scope === undefined) return true;
  return scope({ kind: 'plain', id: '', root: '.', variant: '', files: [file], because: [] }) !== undefined;
}

/**
 * Each problem once: what a unit said of a file is not said again without the unit, and what is wrong on both sides is
 * said of the head.
 */
export function eachOnce(problems: readonly Problem[]): Problem[] {
  const key = ({ code, message, file, line }: Problem, unit = ''): string =>
    JSON.stringify([code, message, file, line, unit]);
  const ofHead = new Set(problems.filter(({ side }) => side !== 'base').map((problem) => key(problem, problem.unit)));
  const named = new Set(
    problems.flatMap(({ unit, side, code, file }) => (unit === undefined ? [] : [JSON.stringify([code, file, side])])),
  );
  return distinct(problems).filter((problem) => {
    const { unit, side, code, file } = problem;
    if (side === 'base' && ofHead.has(key(problem, unit))) return false;
    return unit !== undefined || file === undefined || !named.has(JSON.stringify([code, file, side]));
  });
}

/** The same words about the same thing, once. */
export function distinct<Item extends object>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
