/** A YAML file as text with places: what stands where, and how a value is changed with all other bytes kept. */
import { isMap, isScalar, isSeq, type Document, type Node, type Scalar } from 'yaml';
import { documentsOf } from '../../manifest/documents.ts';
import type { Json, Path } from '../../model.ts';
import { applyEdits } from '../edit.ts';
import { lineEnd, lineStart, offsetOf, spliced, type Splice } from './splice.ts';
import { dashOf, find, keyOf } from './yaml-nodes.ts';
import { splicesOf } from './yaml-splices.ts';

/** A value of a stream. `within`: a place in the YAML text that this value is. */
export interface YamlPlace {
  document: number;
  path: Path;
  within?: YamlPlace;
}

export type YamlChange = { place: YamlPlace } & ({ op: 'set'; value: Json } | { op: 'remove' });

export interface YamlText {
  /** Values that begin at a position (line and column from 1), the outermost first: an item before its first key. */
  placesAt(line: number, column: number): YamlPlace[];
  /** The value at a place; undefined when there is none. */
  valueAt(place: YamlPlace): Json | undefined;
  /**
   * What has to be replaced for the changes; missing mappings on the way are added. Undefined when it cannot be done with all
   * else kept: through an alias, in a document with faults, or where two changes are at odds. That nothing else changes is
   * found out by reading the result again, when it is asked for.
   */
  splices(changes: readonly YamlChange[], proved?: boolean): Splice[] | undefined;
}

/** How deep texts within texts are read. */
const deepest = 3;

export function yamlText(text: string, depth = 0): YamlText {
  const documents = documentsOf(text, reading);
  const values = new Map<number, Json | undefined>();
  const valueOf = (index: number): Json | undefined => {
    if (!values.has(index)) values.set(index, plain(documents[index]));
    return values.get(index);
  };
  const literals = new Map<Scalar, Literal>();
  const literalAt = (node: Node | null): Literal | undefined => {
    if (!isScalar(node) || node.type !== 'BLOCK_LITERAL' || depth >= deepest) return undefined;
    const known = literals.get(node) ?? literalOf(text, node, depth);
    literals.set(node, known);
    return known;
  };

  const self: YamlText = {
    placesAt(line, column) {
      const offset = offsetOf(text, line, column);
      const start = lineStart(text, offset);
      const end = lineEnd(text, offset);
      const exact: YamlPlace[] = [];
      const near: YamlPlace[] = [];
      documents.forEach((document, index) => {
        const add = (path: Path, at: number): void => {
          if (at === offset) exact.push({ document: index, path });
          else if (at >= start && at <= end) near.push({ document: index, path });
        };
        const walk = (node: Node | null, path: Path): void => {
          const [from = 0, to = 0] = node?.range ?? [];
          if (to < start || from > end) return;
          if (isMap(node))
            for (const pair of node.items) {
              const key = keyOf(pair);
              if (key === undefined) continue;
              add([...path, key], (pair.key as Node).range?.[0] ?? -1);
              walk(pair.value as Node | null, [...path, key]);
            }
          else if (isSeq(node))
            node.items.forEach((item, at) => {
              const own = item as Node | null;
              const begin = own?.range?.[0] ?? -1;
              const dash = dashOf(text, begin);
              if (dash === offset) exact.push({ document: index, path: [...path, at] });
              else add([...path, at], begin);
              walk(own, [...path, at]);
            });
          const literal = literalAt(node);
          const inner = literal?.innerPosition(offset);
          if (literal !== undefined && inner !== undefined)
            for (const within of literal.text.placesAt(inner.line, inner.column))
              exact.push({ document: index, path, within });
        };
        if (document.errors.length === 0) walk(document.contents, []);
      });
      // A list's item that begins on an earlier line than its content is still the item on that line.
      return exact.length > 0 ? exact : near.slice(0, 4);
    },
    valueAt({ document, path, within }) {
      const value = dig(valueOf(document), path);
      if (within === undefined) return value;
      const held = documents[document] === undefined ? undefined : find(documents[document], path);
      return held?.rest.length === 0 ? literalAt(held.held.node)?.text.valueAt(within) : undefined;
    },
    splices(changes, proved = true) {
      const own = changes.filter(({ place }) => place.within === undefined);
      const found = splicesOf(text, documents, own);
      if (found === undefined || (proved && !isSound(text, found, documents, own, valueOf))) return undefined;
      const nested = Map.groupBy(
        changes.filter(({ place }) => place.within !== undefined),
        ({ place }) => JSON.stringify([place.document, place.path]),
      );
      for (const group of nested.values()) {
        const place = group[0]?.place;
        const document = place === undefined ? undefined : documents[place.document];
        const held = document === undefined || place === undefined ? undefined : find(document, place.path);
        const literal = held?.rest.length === 0 ? literalAt(held.held.node) : undefined;
        const inner = literal?.text.splices(
          group.flatMap((one) => (one.place.within === undefined ? [] : [{ ...one, place: one.place.within }])),
          proved,
        );
        if (literal === undefined || inner === undefined) return undefined;
        found.push(...inner.map((one) => literal.outer(one)));
      }
      return found;
    },
  };
  return self;
}

const reading = { version: '1.1', merge: true, uniqueKeys: false, logLevel: 'silent' } as const;

/** Alias bombs throw; nothing is changed in such a document. */
function plain(document: Document | undefined): Json | undefined {
  if (document === undefined || document.errors.length > 0) return undefined;
  try {
    return document.toJS({ maxAliasCount: 1000 }) as Json;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function dig(value: Json | undefined, path: Path): Json | undefined {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at as Json | undefined;
}

/** Whether the changed text says what the changes ask for and nothing else. What aliases repeat changes with its anchor. */
function isSound(
  text: string,
  splices: readonly Splice[],
  documents: readonly Document[],
  changes: readonly YamlChange[],
  valueOf: (index: number) => Json | undefined,
): boolean {
  const after = spliced(text, splices);
  if (after === undefined) return false;
  if (changes.length === 0) return true;
  const now = documentsOf(after, reading);
  if (now.length !== documents.length) return false;
  return documents.every((_, index) => {
    const own = changes.filter(({ place }) => place.document === index);
    const before = valueOf(index);
    if (own.length === 0) return true;
    if (before === undefined) return false;
    // Mappings before what goes into them; removing from the end keeps the positions of what is still to be removed.
    const sets = own.filter(({ op }) => op === 'set').sort((a, b) => a.place.path.length - b.place.path.length);
    const removals = own.filter(({ op }) => op === 'remove').sort((a, b) => compare(b.place.path, a.place.path));
    const inOrder = [...sets, ...removals];
    const wrapped = applyEdits(
      { it: before },
      inOrder.map((change) => {
        const path = ['it', ...change.place.path];
        return change.op === 'set'
          ? { op: 'set' as const, path, value: change.value }
          : { op: 'remove' as const, path };
      }),
    );
    return same(wrapped.it, plain(now[index]));
  });
}

function compare(a: Path, b: Path): number {
  for (const [depth, step] of a.entries()) {
    const other = b[depth];
    if (typeof step === 'number' && typeof other === 'number' && step !== other) return step - other;
  }
  return a.length - b.length;
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b);
  const keys = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) => Object.hasOwn(b, key) && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** The text that a literal block holds, read as YAML. */
interface Literal {
  text: YamlText;
  /** The position in the inner text of an offset of the outer one. */
  innerPosition(offset: number): { line: number; column: number } | undefined;
  outer(splice: Splice): Splice;
}

function literalOf(text: string, node: Scalar, depth: number): Literal {
  const [from = 0, to = 0] = node.range ?? [];
  const bodyStart = text.indexOf('\n', from) + 1;
  const lines = text.slice(bodyStart, to).split('\n');
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0),
  );
  const width = Number.isFinite(indent) ? indent : 0;
  const outerStarts: number[] = [];
  const innerStarts: number[] = [];
  let outer = bodyStart;
  let inner = 0;
  const kept = lines.map((line) => {
    const cut = Math.min(width, line.length);
    outerStarts.push(outer + cut);
    innerStarts.push(inner);
    outer += line.length + 1;
    inner += line.length - cut + 1;
    return line.slice(cut);
  });
  const outerOf = (offset: number): number => {
    const line = innerStarts.findLastIndex((start) => start <= offset);
    return (outerStarts[line] ?? bodyStart) + offset - (innerStarts[line] ?? 0);
  };
  return {
    text: yamlText(kept.join('\n'), depth + 1),
    innerPosition(offset) {
      if (offset < bodyStart || offset >= to) return undefined;
      const line = outerStarts.findLastIndex((start) => start - width <= offset);
      return { line: line + 1, column: Math.max(0, offset - (outerStarts[line] ?? 0)) + 1 };
    },
    outer: (one) => ({
      from: outerOf(one.from),
      to: outerOf(one.to),
      text: one.text.replaceAll('\n', `\n${' '.repeat(width)}`),
    }),
  };
}
