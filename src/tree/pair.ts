import type { Change } from '../model.ts';
import type { ExportLimits } from '../settings.ts';
import { commitSource, editedSource } from './commit-tree.ts';
import { editsToBase, rawChanges, toChange } from './diff.ts';
import { treeOver, type GitTree, type Source } from './files.ts';
import type { Repository } from './repository.ts';

/** Two commits of a complete repository, and what differs between them. */
export interface Pair {
  head: Source;
  /** Told from the head and the difference: the cost of it follows the difference, not the repository. */
  base: Source;
  changes: Promise<Change[]>;
}

/** Starts to ask git about both; both are commit ids. Nothing is awaited, and a failure comes with the first answer. */
export function commitPair(repository: Repository, base: string, head: string): Pair {
  const differing = rawChanges(repository, base, head);
  const edits = differing.then(editsToBase);
  const headSource = commitSource(repository, head);
  const baseSource = editedSource(repository, base, headSource, () => edits);
  const pair = { head: headSource, base: baseSource, changes: differing.then((changes) => changes.map(toChange)) };
  for (const ahead of [edits, pair.changes, headSource.listing(), baseSource.listing()]) ahead.catch(() => undefined);
  return pair;
}

/** Both as trees. */
export function treesOf({ base, head }: Pair, limits: ExportLimits): { base: GitTree; head: GitTree } {
  return { base: treeOver(base, limits), head: treeOver(head, limits) };
}
