/** Where the nodes of a YAML text stand, and what holds them. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Path } from '../../model.ts';
import { lineStart } from './splice.ts';

type Container = YAMLMap | YAMLSeq;

/** A node and what holds it. */
export interface Held {
  node: Node | null;
  pair?: Pair;
  parent?: Container;
  /** Whether it stands between braces or brackets. */
  flow: boolean;
}

export function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : undefined;
}

/** The dash before an item's content, on the same line or an earlier one. */
export function dashOf(text: string, content: number): number {
  let at = content - 1;
  while (at >= 0 && /\s/.test(text[at] ?? '')) at--;
  return text[at] === '-' ? at : -1;
}

/** The deepest node on the way, and the steps that are missing. Undefined where an alias is in the way. */
export function find(document: Document, path: Path): { held: Held; rest: Path } | undefined {
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

/** Where a node's text ends: the comments and blank lines that follow are not its own. */
export function endOf(text: string, node: Node | null): number {
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
export function endsInBlock(node: unknown): boolean {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    return endsInBlock(isPair(last) ? last.value : last);
  }
  return isScalar(node) && node.type?.startsWith('BLOCK') === true;
}

/** The offset behind a key's colon. */
export function colonOf(text: string, pair: Pair): number | undefined {
  const end = (pair.key as Node).range?.[1];
  if (end === undefined) return undefined;
  const found = /^\s*:/.exec(text.slice(end, end + 100));
  return found === null ? undefined : end + found[0].length;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}
