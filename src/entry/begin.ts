import { PlimsollError } from '../errors.ts';
import type { TreeEntry } from '../model.ts';
import { markedEndings, marks, unmarked } from '../render/gitops/marks.ts';
import { kustomizationNames } from '../render/kustomize/names.ts';
import type { Source } from '../tree/files.ts';
import { objectsOf } from '../tree/objects.ts';
import { commitPair, type Pair } from '../tree/pair.ts';
import { mergeBase, rangeOf, repositoryOf, resolveCommit, type Range } from '../tree/repository.ts';

/** A `diff` that git has begun to answer. */
export interface Begun extends Range {
  /** Absent when the head is the working tree. */
  pair?: Pair;
}

/** A `diff` that was begun by its operands alone, before the command line was read. */
export interface AskedAhead {
  base: string;
  head: string | undefined;
  begun: Promise<Begun>;
}

/**
 * Asks git all that the revisions alone tell, so that it works while this process loads the rest of the program.
 * @param head the working tree when absent
 */
export async function begin(base: string, head: string | undefined): Promise<Begun> {
  const range = (await rangeOf('.', base, head ?? 'HEAD')) ?? (await oneByOne(base, head));
  if (head === undefined) return range;
  const pair = commitPair(range.repository, range.from, range.head);
  readKustomizations(pair.head).catch(() => undefined);
  const among = async (): Promise<readonly TreeEntry[]> => (await pair.head.listing()).entries;
  // Behind the listing, which is needed first: a process that is started beside two others takes twice as long to start.
  setImmediate(() => {
    pair.head.grep(marks, markedEndings, among, unmarked).catch(() => undefined);
  });
  objectsOf(range.repository).ready();
  return { ...range, pair };
}

/** Which kustomizations reach what changed is told from the texts of all. */
async function readKustomizations(source: Source): Promise<void> {
  const { find, named } = await source.listing();
  const files = kustomizationNames.flatMap((name) => named(name)).flatMap((path) => find(path) ?? []);
  await source.contents(files.filter(({ type, size }) => type === 'file' && size <= aheadBytes));
}

/** The largest kustomization that is read ahead, in bytes: what is larger is not kept in memory anyway. */
const aheadBytes = 2 ** 16;

async function oneByOne(base: string, head: string | undefined): Promise<Range> {
  const repository = await repositoryOf('.');
  if (repository === undefined)
    throw new PlimsollError(
      'usage',
      'diff needs a git repository, and there is none here.',
      'Run it inside a working tree, or use scan.',
    );
  const [baseCommit, tip] = await Promise.all([
    resolveCommit(repository, base),
    resolveCommit(repository, head ?? 'HEAD'),
  ]);
  const from = baseCommit === tip ? tip : await mergeBase(repository, baseCommit, tip);
  if (from === undefined)
    throw new PlimsollError(
      'usage',
      `${base} and ${head ?? 'the working tree'} share no history.`,
      'Name a base that the head was branched from; a shallow clone may need more history.',
    );
  return { repository, base: baseCommit, head: tip, from };
}
