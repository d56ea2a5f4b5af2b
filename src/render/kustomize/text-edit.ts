/** Changes of values in the text of YAML files. */
import type { Json } from '../../model.ts';
import { pairsOf, together, type Entries } from '../entries.ts';
import type { Content, Place } from './sources.ts';

/** Puts another scalar in the place of one, or an entry into a mapping. */
export type TextEdit =
  | { kind: 'replace'; place: Place; content: Content; value: Json }
  | { kind: 'insert'; place: Place; content: Content; path: readonly string[]; value: Json };

interface Splice {
  from: number;
  to: number;
  text: string;
}

/** The files with all edits; entries for one mapping go in together. */
export function edited(edits: readonly TextEdit[], text: (file: string) => string | undefined): Map<string, string> {
  const files = new Map<string, string>();
  for (const [file, own] of Map.groupBy(edits, ({ place }) => place.file)) {
    const before = text(file);
    if (before !== undefined) files.set(file, spliced(before, own));
  }
  return files;
}

function spliced(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const splices = new Map<string, Splice>();
  const places = Map.groupBy(edits, ({ content, kind }) => JSON.stringify([kind, content.span]));
  for (const [key, own] of places) {
    const [first] = own;
    if (first === undefined) continue;
    const { span } = first.content;
    const from = (starts[span.startLine - 1] ?? 0) + span.startColumn - 1;
    const to = (starts[span.endLine - 1] ?? 0) + span.endColumn - 1;
    if (first.kind === 'replace') splices.set(key, { from, to, text: JSON.stringify(first.value) });
    else splices.set(key, insertion(first.content, from, together(own.filter((edit) => edit.kind === 'insert'))));
  }
  let after = text;
  for (const { from, to, text: put } of [...splices.values()].sort((a, b) => b.from - a.from || b.to - a.to))
    after = after.slice(0, from) + put + after.slice(to);
  return after;
}

/** Written in flow style, which may stand in either kind of mapping. */
function insertion({ span, shape, empty }: Content, from: number, entries: Entries): Splice {
  const pairs = pairsOf(entries);
  if (shape === 'flow') return { from: from + 1, to: from + 1, text: `${pairs.join(', ')}${empty ? '' : ', '}` };
  const indent = ' '.repeat(span.startColumn - 1);
  return { from, to: from, text: pairs.map((pair) => `${pair}\n${indent}`).join('') };
}
