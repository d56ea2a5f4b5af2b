/** A chart's templates as tracing needs them, read once for all of its variants. */
import type { Tree } from '../../model.ts';
import type { Sandbox } from '../sandbox.ts';
import { instrument, parseTemplates, type Instrumented } from './instrument.ts';
import { referencesOf, type References } from './references.ts';
import type { TemplatePart } from './template-lexer.ts';

export interface ChartTemplates {
  /** By path relative to the chart. */
  sources: ReadonlyMap<string, string>;
  references: References;
  /** A line of a template, from 1, without its line break. */
  line(file: string, line: number): string | undefined;
  /** How many conditions and loops a line stands in. */
  depth(file: string, line: number): number;
  instrument(unmarked: ReadonlySet<string>): Instrumented;
  /** Files that turned out not to bear marks. */
  unmarked: Set<string>;
  /** By template line and field: the candidate that was proved in another variant; empty where none was. */
  outcomes: Map<string, string>;
}

const known = new WeakMap<Tree, Map<string, Promise<ChartTemplates>>>();

/**
 * The templates of the chart at `root`.
 * @param read gives them by path relative to the chart; asked only the first time
 * @param nonce of the sandbox: what the marks of its renders are known by
 */
export function templatesOf(
  tree: Tree,
  root: string,
  read: () => Promise<ReadonlyMap<string, string>>,
  nonce?: Sandbox['nonce'],
): Promise<ChartTemplates> {
  const ofTree = known.get(tree) ?? new Map<string, Promise<ChartTemplates>>();
  known.set(tree, ofTree);
  let templates = ofTree.get(root);
  if (templates === undefined) {
    templates = readWithNonce(tree, root, read, nonce);
    ofTree.set(root, templates);
    // A failure is that of one render; the next may fare better.
    templates.catch(() => ofTree.delete(root));
  }
  return templates;
}

/** Always the same for the same chart where renders are kept: the marked one can be found again then. */
async function readWithNonce(
  tree: Tree,
  root: string,
  read: () => Promise<ReadonlyMap<string, string>>,
  nonce: Sandbox['nonce'],
): Promise<ChartTemplates> {
  const [sources, secret] = await Promise.all([
    read(),
    nonce === undefined ? randomName() : tree.digest([root]).then((digest) => nonce(digest)),
  ]);
  return readTemplates(sources, `plimsoll${secret}x`);
}

/** Loaded here alone: it takes long, and most runs trace nothing. */
async function randomName(): Promise<string> {
  const { randomBytes } = await import('node:crypto');
  return randomBytes(6).toString('hex');
}

function readTemplates(sources: ReadonlyMap<string, string>, nonce: string): ChartTemplates {
  const parsed = parseTemplates(sources);
  const lines = new Map<string, string[]>();
  const marked = new Map<string, Instrumented>();
  const depths = new Map<string, number[]>();
  return {
    sources,
    references: referencesOf(parsed),
    line(file, line) {
      let all = lines.get(file);
      if (all === undefined) lines.set(file, (all = (sources.get(file) ?? '').split(/\r?\n/)));
      return all[line - 1];
    },
    depth(file, line) {
      let all = depths.get(file);
      if (all === undefined) depths.set(file, (all = depthsOf(parsed.get(file)?.parts ?? [])));
      return all[line] ?? all.at(-1) ?? 0;
    },
    instrument(unmarked) {
      const key = JSON.stringify([...unmarked].sort());
      let files = marked.get(key);
      if (files === undefined) marked.set(key, (files = instrument(parsed, nonce, unmarked)));
      return files;
    },
    unmarked: new Set(),
    outcomes: new Map(),
  };
}

const opening = new Set(['if', 'with', 'range', 'define', 'block']);

/** By line, from 1: how many blocks are open at its beginning. Lines behind the last action have its depth. */
function depthsOf(parts: readonly TemplatePart[]): number[] {
  const depths: number[] = [];
  let depth = 0;
  for (const part of parts) {
    if (part.type === 'text') continue;
    while (depths.length <= part.line) depths.push(depth);
    if (opening.has(part.kind)) depth += 1;
    else if (part.kind === 'end') depth -= 1;
  }
  return [...depths, depth];
}
