/** Changes in the literal text of Helm templates: lines that hold no action where something is changed. */
import type { Json, Path } from '../../model.ts';
import { blockLines, enter, noEntries, scalarText, type Entries } from './entries.ts';
import { lineBreakOf, lineEnd, offsetOf, type Splice } from './splice.ts';

/** A change at one line of a template, counted from 1. */
export type TemplateChange = { line: number } & (
  | { op: 'set'; key: string | number; value: Json }
  /**
   * Adds to what the line opens: the mapping of a key, an item (a number), or the object itself (undefined); or to the mapping
   * that the line writes an entry of, whose keys are `among`.
   */
  | { op: 'insert'; under: string | number | undefined; among?: readonly string[]; path: Path; value: Json }
  | { op: 'remove'; key: string | number }
);

/** What has to be replaced; undefined where the template's text is not what the change needs. */
export function templateSplices(text: string, changes: readonly TemplateChange[]): Splice[] | undefined {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const result: Splice[] = [];
  const insertions = new Map<string, Insertion>();
  for (const change of changes) {
    const line = lines[change.line - 1];
    // Longer lines are nobody's templates, and the patterns below are not for them.
    if (line === undefined || line.length > 2000) return undefined;
    const start = offsetOf(text, change.line, 1);
    if (change.op === 'insert') {
      const key = JSON.stringify([change.line, change.under ?? null]);
      const { line, under, among = [] } = change;
      const into = insertions.get(key) ?? { line, under, among, entries: noEntries() };
      insertions.set(key, into);
      if (change.path.some((step) => typeof step === 'number')) return undefined;
      if (!enter(into.entries, change.path.map(String), change.value)) return undefined;
      continue;
    }
    const splice =
      change.op === 'set'
        ? literal(line, start, change.key, change.value)
        : removal(lines, change.line, change.key, text);
    if (splice === undefined) return undefined;
    result.push(splice);
  }
  for (const one of insertions.values()) {
    const splice = insertion(lines, one, text);
    if (splice === undefined) return undefined;
    result.push(splice);
  }
  return result;
}

interface Insertion {
  line: number;
  under: string | number | undefined;
  among: readonly string[];
  entries: Entries;
}

/** `key: value` or `- value`, the value without an action, with a comment behind it or not, and no space at the end. */
const pairLine =
  /^(\s*(?:- +)*)(["']?)([^\s"':#{}[\],&*!|>%@`][^\s"':]*)\2:( +)([^#{}[\]|>&*!\s][^#{}\s]*(?:\s+[^#{}\s]+)*|"[^"{}]*"|'[^'{}]*')(\s+#.*)?$/;
const itemLine = /^(\s*(?:- +)*- +)([^#{}[\]|>&*!\s:][^#{}:\s]*(?:\s+[^#{}:\s]+)*|"[^"{}]*"|'[^'{}]*')(\s+#.*)?$/;
/** `key:` alone, or with an empty mapping. */
const openLine = /^(\s*(?:- +)*)(["']?)([^\s"':#{}[\],&*!|>%@`][^\s"':]*)\2:(?: *(\{ *\}))?(\s+#.*)?$/;
/** An item that begins with its first key. */
const firstOfItem = /^(\s*(?:- +)*- +)(["']?)([^\s"':#{}[\],&*!|>%@`][^\s"':]*)\2:(.*)$/;

function literal(line: string, start: number, key: string | number, value: Json): Splice | undefined {
  if (typeof value === 'object') return undefined;
  const pair = typeof key === 'string' ? pairLine.exec(line.trimEnd()) : null;
  const item = typeof key === 'number' ? itemLine.exec(line.trimEnd()) : null;
  let before: string;
  let old: string;
  if (pair !== null && pair[3] === key) {
    const quote = pair[2] ?? '';
    before = `${pair[1] ?? ''}${quote}${key}${quote}:${pair[4] ?? ''}`;
    old = pair[5] ?? '';
  } else if (item !== null) {
    before = item[1] ?? '';
    old = item[2] ?? '';
  } else return undefined;
  const from = start + before.length;
  const text = typeof value === 'string' && /^["']/.test(old) ? JSON.stringify(value) : scalarText(value);
  return { from, to: from + old.length, text };
}

/** Takes out a line that is one whole entry. */
function removal(lines: readonly string[], line: number, key: string | number, text: string): Splice | undefined {
  const own = lines[line - 1] ?? '';
  const pattern = typeof key === 'string' ? /^\s*(["']?)([^\s"':]+)\1: +\S.*$/ : /^\s*- +\S.*$/;
  const found = pattern.exec(own);
  if (found === null) return undefined;
  if (typeof key === 'string' && found[2] !== key) return undefined;
  // A control action on the line would be taken out with it, and its end left behind.
  if (/\{\{-?\s*(?:if|with|range|else|end|define|block)\b/.test(own) || /(?::|- ) *[|>][-+\d]*\s*$/.test(own))
    return undefined;
  const next = lines.slice(line).find((one) => one.trim() !== '' && !/^\s*\{\{.*\}\}\s*$/.test(one));
  if (next !== undefined && indentOf(next) > indentOf(own)) return undefined;
  const from = offsetOf(text, line, 1);
  const to = offsetOf(text, line + 1, 1);
  return { from, to, text: '' };
}

function insertion(
  lines: readonly string[],
  { line, under, among, entries }: Insertion,
  text: string,
): Splice | undefined {
  const own = lines[line - 1] ?? '';
  const start = offsetOf(text, line, 1);
  const end = lineEnd(text, start);
  const lineBreak = lineBreakOf(text);
  const below = (column: number, from = end, between = ''): Splice => ({
    from,
    to: end,
    text:
      between +
      blockLines(entries, 2)
        .map((one) => `${lineBreak}${' '.repeat(column)}${one}`)
        .join(''),
  });
  const above = (column: number, from: number): Splice => ({
    from,
    to: from,
    text: blockLines(entries, 2)
      .map((one) =>
        from === start ? `${' '.repeat(column)}${one}${lineBreak}` : `${one}${lineBreak}${' '.repeat(column)}`,
      )
      .join(''),
  });
  const open = openLine.exec(own.trimEnd());
  if (typeof under === 'string' && open?.[3] === under) {
    const column = open[1]?.length ?? 0;
    if (open[4] === undefined) {
      const child = childColumn(lines, line, column);
      return isWritten(lines, line, child, entries) ? undefined : below(child);
    }
    return below(column + 2, start + own.lastIndexOf(':', own.indexOf(open[4])) + 1, open[5] ?? '');
  }
  const first = firstOfItem.exec(own);
  if (first !== null) {
    if (typeof under !== 'number') return undefined;
    const column = first[1]?.length ?? 0;
    if (isWritten(lines, line, column, entries)) return undefined;
    return isOneLine(first[4] ?? '', lines[line], column) ? below(column) : above(column, start + column);
  }
  const entry = /^(\s*)(["']?)([^\s"':]+)\2:(?:\s|$)/.exec(own);
  if (entry !== null) {
    if (!among.includes(entry[3] ?? '')) return undefined;
    const column = entry[1]?.length ?? 0;
    if (isWritten(lines, line, column, entries)) return undefined;
    // The object's first lines are its version and kind; what is added stands below them.
    return under === undefined && /^(?:apiVersion|kind):\s*\S/.test(own) ? below(0) : above(column, start);
  }
  // An action that prints the mapping, or the rest of it.
  const told = /^\s*\{\{-?.*\bnindent\s+(\d+)\s*-?\}\}\s*$/.exec(own);
  return told === null ? undefined : above(Number(told[1]), start);
}

/**
 * Whether the template writes one of the keys already, in a branch that was not taken: with other values there would be two.
 * Looks as far as the mapping goes, by its indentation.
 */
function isWritten(lines: readonly string[], line: number, column: number, entries: Entries): boolean {
  const isOutside = (text: string): boolean =>
    /^\s*\{\{-?\s*define\b/.test(text) || (/^\s*[^\s{#]/.test(text) && indentOf(text) < column);
  const above = lines.slice(0, line - 1);
  const from = above.findLastIndex(isOutside) + 1;
  const below = lines.slice(line);
  const to = below.findIndex(isOutside);
  const around = [...above.slice(from), ...(to === -1 ? below : below.slice(0, to))];
  return around.some((text) => {
    const key = /^(\s*(?:- +)*)["']?([^\s"':]+)["']?:(?:\s|$)/.exec(text);
    return key !== null && key[1]?.length === column && entries.has(key[2] ?? '');
  });
}

/** Whether a value ends on the line that it begins on. */
function isOneLine(value: string, next: string | undefined, column: number): boolean {
  if (/^\s+\S/.test(value) && !/^\s+(?:[|>][-+\d]*|#.*|[&!]\S*)$/.test(value.trimEnd()))
    return next === undefined || next.trim() === '' || indentOf(next) <= column || /^\s*(?:\{\{|#)/.test(next);
  return false;
}

/** Where the entries below a key begin: as those that are there do, or as an action is told to indent them. */
function childColumn(lines: readonly string[], line: number, column: number): number {
  for (const next of lines.slice(line, line + 12)) {
    if (next.trim() === '' || /^\s*#/.test(next)) continue;
    const told = /\bn?indent\s+(\d+)/.exec(next);
    if (told !== null && /^\s*\{\{/.test(next)) return Math.max(Number(told[1]), column + 1);
    if (/^\s*\{\{/.test(next)) continue;
    const indent = indentOf(next);
    return indent > column ? indent : column + 2;
  }
  return column + 2;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
