/** Changes of values as replacements of text: with the indentation, the quotes and the comments that are there. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Json, JsonMap, Path } from '../../model.ts';
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
import { lineBreakOf, lineEnd, lineStart, type Splice } from './splice.ts';
import { colonOf, columnOf, dashOf, endOf, endsInBlock, find, type Held } from './yaml-nodes.ts';
import type { YamlChange } from './yaml-text.ts';

/** Undefined when one of the changes cannot be made, or two are at odds. Whether all else is kept is not looked at. */
export function splicesOf(
  text: string,
  documents: readonly Document[],
  changes: readonly YamlChange[],
): Splice[] | undefined {
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
