/** Files that a build reads, with the places of their values. Texts held inside a file (inline patches) keep that file's lines. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Document, type Node, type Pair } from 'yaml';
import { documentsOf } from '../../manifest/documents.ts';
import type { Json, Path, Span } from '../../model.ts';

/** Where a value stands. */
export interface Place {
  file: string;
  /** The value with its key, or the item of a list. */
  span: Span;
  /** The value alone; absent where the text is quoted or folded, so that its characters are not those of the file. */
  content?: Content;
}

export interface Content {
  span: Span;
  /** `flow`: a mapping in braces. `block`: any other mapping. `text`: a scalar that stands on one line. */
  shape: 'text' | 'block' | 'flow' | 'other';
  /** Whether a mapping has no entries. */
  empty: boolean;
  /** What a scalar says. */
  value?: Json;
}

/** One document of a file, or of a text inside a file. */
export interface Source {
  file: string;
  value: Json;
  /** The place of the value at `path`; undefined when there is none. */
  find(path: Path): Place | undefined;
  /** The documents of the text that stands at `path`. */
  within(path: Path): Source[];
}

type Position = (offset: number) => { line: number; column: number };

/** Reads a file's documents; those with faults are left out. */
export function sourcesIn(file: string, text: string): Source[] {
  return read(file, text, undefined);
}

function read(file: string, text: string, outer: { position: Position; literal: boolean } | undefined): Source[] {
  const counter = new LineCounter();
  const options = { version: '1.1', merge: true, uniqueKeys: false, logLevel: 'silent', lineCounter: counter } as const;
  const documents = documentsOf(text, options);
  const own: Position = (offset) => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const position: Position =
    outer === undefined ? own : (offset) => (outer.literal ? shift(own(offset), outer.position) : outer.position(0));
  const truthful = outer === undefined || outer.literal;
  return documents.flatMap((document) => {
    const value = document.errors.length > 0 ? undefined : plain(document);
    return value === undefined ? [] : [sourceOf({ file, text, document, position, truthful }, value)];
  });
}

/** A position inside a literal block: its lines follow one another in the file, all moved by the same indentation. */
function shift({ line, column }: { line: number; column: number }, start: Position): { line: number; column: number } {
  const from = start(0);
  return { line: from.line + line - 1, column: from.column + column - 1 };
}

interface Reading {
  file: string;
  text: string;
  document: Document;
  position: Position;
  truthful: boolean;
}

function sourceOf(reading: Reading, value: Json): Source {
  const { file, document, truthful } = reading;
  return {
    file,
    value,
    find(path) {
      const found = walk(document, path);
      if (found === undefined) return undefined;
      const span = spanOf(reading, found.start, found.end);
      const content = truthful && found.node !== null ? contentOf(reading, found.node) : undefined;
      return { file, span, ...(content === undefined ? {} : { content }) };
    },
    within(path) {
      const node = walk(document, path)?.node;
      if (!isScalar(node) || typeof node.value !== 'string') return [];
      return read(file, node.value, {
        position: startOf(reading, node.range?.[0] ?? 0, node),
        literal: isLiteral(node) && truthful,
      });
    },
  };
}

function isLiteral(node: Node): boolean {
  return isScalar(node) && node.type === 'BLOCK_LITERAL';
}

/** Where a text held in a scalar begins: below the header of a literal block, else at the scalar. */
function startOf({ text, position }: Reading, offset: number, node: Node): Position {
  const at = position(offset);
  if (!isLiteral(node) || !isScalar(node)) return () => at;
  const content = text.slice(text.indexOf('\n', offset) + 1);
  const indent = (lines: string): number => /^(?:[ ]*\r?\n)*([ ]*)/.exec(lines)?.[1]?.length ?? 0;
  // Columns inside a text inside a text: what the outer one is indented by comes on top.
  const base = position(text.lastIndexOf('\n', offset - 1) + 1).column - 1;
  return () => ({ line: at.line + 1, column: 1 + base + indent(content) - indent(String(node.value)) });
}

function walk(document: Document, path: Path): { node: Node | null; start: number; end: number } | undefined {
  let node = document.contents;
  let start = node?.range?.[0] ?? 0;
  for (const step of path) {
    const whole = resolved(node, document);
    if (typeof step === 'number') {
      const item: unknown = isSeq(whole) ? whole.items[step] : undefined;
      if (item === undefined) return undefined;
      node = item as Node | null;
      start = node?.range?.[0] ?? start;
    } else {
      const pair = isMap(whole) ? pairOf(whole.items, step, document) : undefined;
      if (pair === undefined) return undefined;
      node = pair.value as Node | null;
      start = (pair.key as Node).range?.[0] ?? start;
    }
  }
  const inner = resolved(node, document);
  return { node: inner, start, end: Math.max(start, node?.range?.[1] ?? start) };
}

function resolved(node: Node | null, document: Document): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

/** The entry of a key: the last one of that name, else one that a merge key brings in. */
function pairOf(pairs: readonly Pair[], key: string, document: Document): Pair | undefined {
  const named = (name: string): Pair[] =>
    pairs.filter((pair) => isScalar(pair.key) && String(pair.key.source ?? pair.key.value) === name);
  const own = named(key).at(-1);
  if (own !== undefined) return own;
  for (const merge of named('<<')) {
    const from = resolved(merge.value as Node | null, document);
    const maps = isSeq(from) ? (from.items as Node[]) : [from];
    for (const map of maps) {
      const whole = resolved(map, document);
      const found = isMap(whole) ? pairOf(whole.items, key, document) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function contentOf(reading: Reading, node: Node): Content | undefined {
  if (node.range === undefined || node.range === null) return undefined;
  const span = spanOf(reading, node.range[0], node.range[1]);
  if (isMap(node)) return { span, shape: node.flow === true ? 'flow' : 'block', empty: node.items.length === 0 };
  const oneLine = isScalar(node) && node.range[1] > node.range[0] && span.startLine === span.endLine;
  const block = isScalar(node) && node.type?.startsWith('BLOCK') === true;
  const value = isScalar(node) ? (node.value as Json) : null;
  return { span, shape: oneLine && !block ? 'text' : 'other', empty: false, value };
}

function spanOf({ text, position }: Reading, start: number, end: number): Span {
  const kept = Math.max(start, start + text.slice(start, end).trimEnd().length);
  const from = position(start);
  const to = position(kept);
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
}

/** Alias bombs throw; such a document is left to kustomize's own refusal. */
function plain(document: Document): Json | undefined {
  try {
    return document.toJS({ maxAliasCount: 1000 }) as Json;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
