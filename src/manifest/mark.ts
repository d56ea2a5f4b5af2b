import type { Path, Span } from '../model.ts';

/**
 * Where the values of a document stand: offsets into its text, the end exclusive. An entry of a mapping begins with its
 * key, an item of a list with its content, or with its dash when the content is on another line. Plain data, so that it
 * can cross threads.
 */
export interface Mark {
  start: number;
  end: number;
  keys?: Map<string, Mark>;
  items?: Mark[];
}

/** The mark of the value at `path`, or of its deepest ancestor that exists. */
export function markAt(root: Mark, path: Path): Mark {
  let at = root;
  for (const step of path) {
    const next = typeof step === 'number' ? at.items?.[step] : at.keys?.get(step);
    if (next === undefined) break;
    at = next;
  }
  return at;
}

/** The innermost mapping that the key at `offset` stands in. */
export function holderOf(root: Mark, offset: number): { path: Path; mark: Mark } {
  const path: (string | number)[] = [];
  let mark = root;
  for (;;) {
    const inner = entryAround(mark, offset);
    if (inner === undefined) return { path, mark };
    path.push(inner[0]);
    [, mark] = inner;
  }
}

function entryAround({ keys, items }: Mark, offset: number): readonly [string | number, Mark] | undefined {
  for (const entry of keys ?? items?.entries() ?? [])
    if (entry[1].start < offset && offset < entry[1].end) return entry;
  return undefined;
}

/** Offsets at which lines of `text` begin. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The mark as a span; `firstLine` is the line on which the text begins, from 1. */
export function spanOf(mark: Mark, starts: readonly number[], firstLine: number): Span {
  const from = lineAt(starts, mark.start);
  const to = lineAt(starts, mark.end);
  return {
    startLine: firstLine + from,
    startColumn: mark.start - (starts[from] ?? 0) + 1,
    endLine: firstLine + to,
    endColumn: mark.end - (starts[to] ?? 0) + 1,
  };
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
