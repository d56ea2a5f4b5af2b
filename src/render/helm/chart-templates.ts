/** A chart's templates as tracing needs them, read once for all of its variants. */
import { randomBytes } from 'node:crypto';
import type { Tree } from '../../model.ts';
import { instrument, parseTemplates, type Instrumented } from './instrument.ts';
import { referencesOf, type References } from './references.ts';

export interface ChartTemplates {
  /** By path relative to the chart. */
  sources: ReadonlyMap<string, string>;
  references: References;
  /** A line of a template, from 1, without its line break. */
  line(file: string, line: number): string | undefined;
  instrument(unmarked: ReadonlySet<string>): Instrumented;
  /** Files that turned out not to bear marks. */
  unmarked: Set<string>;
}

const known = new WeakMap<Tree, Map<string, Promise<ChartTemplates>>>();

/**
 * The templates of the chart at `root`.
 * @param read gives them by path relative to the chart; asked only the first time
 */
export function templatesOf(
  tree: Tree,
  root: string,
  read: () => Promise<ReadonlyMap<string, string>>,
): Promise<ChartTemplates> {
  const ofTree = known.get(tree) ?? new Map<string, Promise<ChartTemplates>>();
  known.set(tree, ofTree);
  let templates = ofTree.get(root);
  if (templates === undefined) {
    templates = read().then(readTemplates);
    ofTree.set(root, templates);
    // A failure is that of one render; the next may fare better.
    templates.catch(() => ofTree.delete(root));
  }
  return templates;
}

function readTemplates(sources: ReadonlyMap<string, string>): ChartTemplates {
  const parsed = parseTemplates(sources);
  const lines = new Map<string, string[]>();
  const marked = new Map<string, Instrumented>();
  const nonce = `plimsoll${randomBytes(6).toString('hex')}x`;
  return {
    sources,
    references: referencesOf(parsed),
    line(file, line) {
      let all = lines.get(file);
      if (all === undefined) lines.set(file, (all = (sources.get(file) ?? '').split(/\r?\n/)));
      return all[line - 1];
    },
    instrument(unmarked) {
      const key = JSON.stringify([...unmarked].sort());
      let files = marked.get(key);
      if (files === undefined) marked.set(key, (files = instrument(parsed, nonce, unmarked)));
      return files;
    },
    unmarked: new Set(),
  };
}
