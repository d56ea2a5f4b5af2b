import type { Path } from '../model.ts';

/** The paths below one that many objects share, by their steps. */
interface Branch {
  path?: Path;
  next?: Map<string | number, Branch>;
}

const roots = new WeakMap<Path, Branch>();
let branches = 0;

/** Steps may be keys that a repository invents. */
const mostBranches = 5_000;
const longestStep = 64;

/**
 * A path whose descendants are kept: objects of one kind have their fields in the same places, and findings are many. What
 * comes out is shared: never change it.
 */
export function sharedPath(path: Path): Path {
  if (!roots.has(path)) roots.set(path, {});
  return path;
}

/** The path of what lies below `path`; always the same one below a shared path. Never change it. */
export function below(path: Path, ...steps: Path): Path {
  let branch = roots.get(path);
  for (let index = 0; branch !== undefined && index < steps.length; index += 1)
    branch = follow(branch, steps[index] ?? '');
  if (branch?.path !== undefined) return branch.path;
  // No longer than it has to be: a list that is made by spreading another keeps room for seventeen more.
  const made = path.toSpliced(path.length, 0, ...steps);
  if (branch === undefined) return made;
  roots.set(made, branch);
  return (branch.path = made);
}

function follow(branch: Branch, step: string | number): Branch | undefined {
  const next = (branch.next ??= new Map<string | number, Branch>());
  let there = next.get(step);
  if (there === undefined && branches < mostBranches && (typeof step === 'number' || step.length <= longestStep)) {
    branches += 1;
    next.set(step, (there = {}));
  }
  return there;
}
