/** A YAML file as text with places: what stands where, and how a value is changed with all other bytes kept. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Json, JsonMap, Path } from '../../model.ts';
import { applyEdits } from '../edit.ts';
import {
  blockLines,
  enter,
  entriesOf,
  flowPairs,
  flowText,
  itemLines,
  noEntries,
  scalarText,
  type Entries,
} from './entries.ts';
import { lineBreakOf, lineEnd, lineStart, offsetOf, spliced, type Splice } from './splice.ts';

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

type Container = YAMLMap | YAMLSeq;

/** A node and what holds it. */
interface Held {
  node: Node | null;
  pair?: Pair;
  parent?: Container;
  /** Whether it stands between braces or brackets. */
  flow: boolean;
}

/** How deep texts within texts are read. */
const deepest = 3;

export function yamlText(text: string, depth = 0): YamlText {
  const documents = documentsOf(text);
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

function documentsOf(text: string): Document[] {
  const read = parseAllDocuments(text, { version: '1.1', merge: true, uniqueKeys: false, logLevel: 'silent' });
  return Array.isArray(read) ? read : [];
}

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

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : undefined;
}

/** The dash before an item's content, on the same line or an earlier one. */
function dashOf(text: string, content: number): number {
  let at = content - 1;
  while (at >= 0 && /\s/.test(text[at] ?? '')) at--;
  return text[at] === '-' ? at : -1;
}

/** The deepest node on the way, and the steps that are missing. Undefined where an alias is in the way. */
function find(document: Document, path: Path): { held: Held; rest: Path } | undefined {
  let held: Held = { node: document.contents, flow: false };
  for (const [depth, step] of path.entries()) {
    const { node } = held;
    if (isAlias(node)) return undefined;
    const flow = held.flow || ((isMap(node) || isSeq(node)) && node.flow === true);
    if (isMap(node)) {
      const pair = node.items.findLast((one) => keyOf(one) === String(step));
      if (pair === undefined) return { held, rest: path.slice(depth) };
      held = { node: pair.value as Node | null, pair, parent: node, flow };
    } else if (isSeq(node) && typeof step === 'number') {
      if (step >= node.items.length) return { held, rest: path.slice(depth) };
      held = { node: (node.items[step] ?? null) as Node | null, parent: node, flow };
    } else return { held, rest: path.slice(depth) };
  }
  return { held, rest: [] };
}

function splicesOf(text: string, documents: readonly Document[], changes: readonly YamlChange[]): Splice[] | undefined {
  const result: Splice[] = [];
  const additions = new Map<string, { held: Held; entries: Entries; items: Json[]; document: Document }>();
  for (const change of changes) {
    const document = documents[change.place.document];
    const found = document === undefined ? undefined : find(document, change.place.path);
    if (document === undefined || document.errors.length > 0 || found === undefined) return undefined;
    const { held, rest } = found;
    if (change.op === 'remove') {
      const splice = rest.length === 0 ? removal(text, held, document) : undefined;
      if (splice === undefined) return undefined;
      result.push(splice);
    } else if (rest.length === 0) {
      const splice = replacement(text, held, change.value, document);
      if (splice === undefined) return undefined;
      result.push(splice);
    } else {
      const key = JSON.stringify([change.place.document, change.place.path.slice(0, -rest.length)]);
      const addition = additions.get(key) ?? { held, entries: noEntries(), items: [] as Json[], document };
      additions.set(key, addition);
      if (isSeq(held.node)) {
        const [, ...inner] = rest;
        addition.items.push(nested(inner, change.value));
      } else if (rest.some((step) => typeof step === 'number')) return undefined;
      else if (!enter(addition.entries, rest.map(String), change.value)) return undefined;
    }
  }
  for (const { held, entries, items, document } of additions.values()) {
    const splice = isSeq(held.node)
      ? appending(text, held.node, items, held, document)
      : insertion(text, held, entries, document);
    if (splice === undefined) return undefined;
    result.push(splice);
  }
  return result;
}

function nested(path: Path, value: Json): Json {
  return path.reduceRight<Json>((inner, step) => ({ [step]: inner }), value);
}

/** A scalar for a scalar keeps its quotes and what stands behind it; anything else is written anew. */
function replacement(text: string, held: Held, value: Json, document: Document): Splice | undefined {
  const { node, pair, flow } = held;
  const range = node?.range;
  const scalar = typeof value !== 'object' || value === null;
  if (scalar && isScalar(node) && range && range[1] > range[0] && node.type?.startsWith('BLOCK') !== true) {
    if (value === null) return undefined;
    return { from: range[0], to: range[1], text: likeBefore(value, node, isJson(text, document)) };
  }
  if (scalar && isAlias(node) && range) return { from: range[0], to: range[1], text: scalarText(value) };
  if (flow || pair === undefined) {
    if (!range || range[1] <= range[0]) return undefined;
    return { from: range[0], to: endOf(text, node), text: flowText(value, isJson(text, document)) };
  }
  const from = colonOf(text, pair);
  if (from === undefined) return undefined;
  return { from, to: Math.max(from, endOf(text, node)), text: behindColon(text, pair, value, document) };
}

/** A value as it stands behind a key's colon. */
function behindColon(text: string, pair: Pair, value: Json, document: Document): string {
  const step = stepOf(document, text);
  const isList = Array.isArray(value) && value.length > 0;
  const isObject = !Array.isArray(value) && typeof value === 'object' && value !== null;
  if (!isList && (!isObject || Object.keys(value).length === 0)) return ` ${flowText(value, isJson(text, document))}`;
  const column = columnOf(text, (pair.key as Node).range?.[0] ?? 0);
  const lines = isList ? itemLines(value as Json[], step) : blockLines(entriesOf(value as JsonMap), step);
  return broken(text, lines, column + step);
}

/** Adds entries to a mapping, directly under the line that opens it where it has one. */
function insertion(text: string, held: Held, entries: Entries, document: Document): Splice | undefined {
  const { node, pair, flow } = held;
  const json = isJson(text, document);
  if (isMap(node) && node.items.length > 0) {
    if (flow || node.flow === true) {
      const at = endOf(text, (node.items.at(-1)?.value ?? node.items.at(-1)?.key) as Node | null);
      return { from: at, to: at, text: `, ${flowPairs(entries, json)}` };
    }
    return intoBlock(text, node, pair, entries, document);
  }
  const isNothing = node === null || (isScalar(node) && (node.value === null || node.value === ''));
  if (!isNothing && !isMap(node)) return undefined;
  const [start = 0, stop = 0] = node?.range ?? [];
  if (flow || pair === undefined) {
    if (!isMap(node)) return undefined;
    return { from: start, to: stop, text: flowText(entries, json) };
  }
  const colon = colonOf(text, pair);
  if (colon === undefined) return undefined;
  const to = stop > colon ? stop : colon;
  const end = lineEnd(text, to);
  const comment = text.slice(to, end).trim();
  if (comment !== '' && !comment.startsWith('#')) return undefined;
  const step = stepOf(document, text);
  const column = columnOf(text, (pair.key as Node).range?.[0] ?? 0);
  const lines = broken(text, blockLines(entries, step), column + step);
  return { from: colon, to: end, text: `${comment === '' ? '' : ` ${comment}`}${lines}` };
}

function intoBlock(
  text: string,
  node: YAMLMap,
  pair: Pair | undefined,
  entries: Entries,
  document: Document,
): Splice | undefined {
  const lines = blockLines(entries, stepOf(document, text));
  const first = node.items[0]?.key as Node | undefined;
  const begin = first?.range?.[0];
  if (begin === undefined) return undefined;
  const column = columnOf(text, begin);
  const colon = pair === undefined ? undefined : colonOf(text, pair);
  if (colon !== undefined && lineEnd(text, colon) < begin) {
    const at = lineEnd(text, colon);
    return { from: at, to: at, text: broken(text, lines, column) };
  }
  // A document ends with what is added; an item has it below its first entry, when that takes one line.
  const whole = document.contents === node;
  const spot = whole ? node.items.at(-1) : node.items[0];
  const at = lineEnd(text, whole ? endOf(text, node) : ((spot?.key as Node | undefined)?.range?.[0] ?? begin));
  const oneLine = endOf(text, (spot?.value ?? null) as Node | null) <= at;
  if (oneLine && !endsInBlock(spot?.value)) return { from: at, to: at, text: broken(text, lines, column) };
  const lineBreak = lineBreakOf(text);
  return { from: begin, to: begin, text: lines.map((line) => `${line}${lineBreak}${' '.repeat(column)}`).join('') };
}

function appending(
  text: string,
  node: YAMLSeq,
  items: readonly Json[],
  held: Held,
  document: Document,
): Splice | undefined {
  const last = node.items.at(-1) as Node | null | undefined;
  const [, stop = 0] = node.range ?? [];
  if (last === undefined || last === null) {
    if (node.flow !== true) return undefined;
    return { from: node.range?.[0] ?? 0, to: stop, text: flowText([...items], isJson(text, document)) };
  }
  const at = endOf(text, last);
  if (held.flow || node.flow === true)
    return { from: at, to: at, text: items.map((item) => `, ${flowText(item, isJson(text, document))}`).join('') };
  const end = lineEnd(text, at);
  const dash = dashOf(text, last.range?.[0] ?? 0);
  if (dash === -1 || (isScalar(last) && last.type?.startsWith('BLOCK') === true)) return undefined;
  return { from: end, to: end, text: broken(text, itemLines(items, stepOf(document, text)), columnOf(text, dash)) };
}

/** Takes an entry or an item out with its lines; what would be left empty says so. */
function removal(text: string, held: Held, document: Document): Splice | undefined {
  const { parent, pair, node } = held;
  if (parent === undefined) return undefined;
  const items = parent.items as readonly unknown[];
  const index = items.indexOf(pair ?? node);
  const begin = (one: unknown): number | undefined =>
    isPair(one) ? (one.key as Node).range?.[0] : (one as Node | null)?.range?.[0];
  const own = begin(items[index]);
  if (index === -1 || own === undefined) return undefined;
  const end = Math.max(endOf(text, node), pair === undefined ? 0 : (colonOf(text, pair) ?? 0));
  const next = begin(items[index + 1]);
  const flow = held.flow || parent.flow === true;
  if (items.length === 1) {
    const whole = held.flow || parent.flow === true ? parent.range?.[0] : own;
    if (isSeq(parent) && !flow) {
      const dash = dashOf(text, own);
      return dash === -1 ? undefined : { from: dash, to: end, text: '[]' };
    }
    return whole === undefined
      ? undefined
      : { from: whole, to: flow ? (parent.range?.[1] ?? end) : end, text: isSeq(parent) ? '[]' : '{}' };
  }
  if (flow) {
    if (next !== undefined) return { from: own, to: next, text: '' };
    const before = items[index - 1];
    const from = endOf(text, (isPair(before) ? (before.value ?? before.key) : before) as Node | null);
    return { from, to: end, text: '' };
  }
  const marker = isSeq(parent) ? dashOf(text, own) : own;
  if (marker === -1) return undefined;
  const start = lineStart(text, marker);
  if (text.slice(start, marker).trim() === '') {
    const after = lineEnd(text, end);
    const newline = text.indexOf('\n', after);
    return newline === -1
      ? { from: Math.max(0, lineEnd(text, start - 1)), to: after, text: '' }
      : { from: start, to: newline + 1, text: '' };
  }
  // The first entry of an item stands behind the dash; so will the next.
  return next === undefined || document.contents === null ? undefined : { from: own, to: next, text: '' };
}

/** Where a node's text ends: the comments and blank lines that follow are not its own. */
function endOf(text: string, node: Node | null): number {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    const inner = isPair(last) ? (last.value ?? last.key) : last;
    const colon = isPair(last) ? (colonOf(text, last) ?? 0) : 0;
    return Math.max(colon, endOf(text, (inner ?? null) as Node | null));
  }
  const [from = 0, to = 0] = node?.range ?? [];
  return from + text.slice(from, to).trimEnd().length;
}

/** Whether lines below would still be text of the node. */
function endsInBlock(node: unknown): boolean {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    return endsInBlock(isPair(last) ? last.value : last);
  }
  return isScalar(node) && node.type?.startsWith('BLOCK') === true;
}

/** The offset behind a key's colon. */
function colonOf(text: string, pair: Pair): number | undefined {
  const end = (pair.key as Node).range?.[1];
  if (end === undefined) return undefined;
  const found = /^\s*:/.exec(text.slice(end, end + 100));
  return found === null ? undefined : end + found[0].length;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

function broken(text: string, lines: readonly string[], column: number): string {
  return lines.map((line) => `${lineBreakOf(text)}${' '.repeat(column)}${line}`).join('');
}

function likeBefore(value: string | number | boolean, node: Scalar, json: boolean): string {
  if (typeof value !== 'string') return String(value);
  if (json || node.type === 'QUOTE_DOUBLE') return JSON.stringify(value);
  if (node.type === 'QUOTE_SINGLE' && !/[\n\r]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return scalarText(value);
}

/** JSON, or YAML that is written like it. */
function isJson(text: string, document: Document): boolean {
  const { contents } = document;
  if (!(isMap(contents) || isSeq(contents)) || contents.flow !== true) return false;
  return /^[{[]\s*["{[\]}]/.test(text.slice(contents.range?.[0] ?? 0, (contents.range?.[0] ?? 0) + 200));
}

/** What this document indents one level by: that of its first nested mapping. */
function stepOf(document: Document, text: string): number {
  const { contents } = document;
  if (!isMap(contents)) return 2;
  for (const { key, value } of contents.items) {
    const inner =
      isMap(value) && value.flow !== true ? (value.items[0]?.key as Node | undefined)?.range?.[0] : undefined;
    const outer = (key as Node).range?.[0];
    if (inner === undefined || outer === undefined) continue;
    const step = columnOf(text, inner) - columnOf(text, outer);
    if (step >= 1 && step <= 8) return step;
  }
  return 2;
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
  const now = documentsOf(after);
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
