import type { Span } from '../../model.ts';

/** Replaces the text from one offset to another (exclusive). */
export interface Splice {
  from: number;
  to: number;
  text: string;
}

/** The text with all splices made; undefined when two of them touch the same place. */
export function spliced(text: string, splices: readonly Splice[]): string | undefined {
  const sorted = distinct(splices).sort((a, b) => a.from - b.from || a.to - b.to);
  const parts: string[] = [];
  let at = 0;
  let last: Splice | undefined;
  for (const one of sorted) {
    if (one.from < at || last?.from === one.from) return undefined;
    parts.push(text.slice(at, one.from), one.text);
    at = one.to;
    last = one;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Several splices as one, which says again what lies between them. Undefined for none, and where they overlap. */
export function joined(text: string, splices: readonly Splice[]): Splice | undefined {
  const from = Math.min(...splices.map((one) => one.from));
  const to = Math.max(...splices.map((one) => one.to));
  if (splices.length === 0) return undefined;
  const inner = spliced(
    text.slice(from, to),
    splices.map((one) => ({ from: one.from - from, to: one.to - from, text: one.text })),
  );
  return inner === undefined ? undefined : { from, to, text: inner };
}

/** The part of the text that a splice replaces. */
export function spanOf(text: string, { from, to }: Splice): Span {
  const start = positionOf(text, from);
  const end = positionOf(text, to);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** Where a line begins, by an offset in it. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where a line ends, its line break left out, by an offset in it. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

/** The line break that a text uses. */
export function lineBreakOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** The offset of a place; that of the text's end where there is no such line. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const end = text.indexOf('\n', start);
    if (end === -1) return text.length;
    start = end + 1;
  }
  return Math.min(text.length, start + column - 1);
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const start = lineStart(text, offset);
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) line++;
  return { line, column: offset - start + 1 };
}

/** Two findings may ask for one and the same change. */
function distinct(splices: readonly Splice[]): Splice[] {
  return [...new Map(splices.map((one) => [`${one.from} ${one.to} ${one.text}`, one])).values()];
}
