/** Changes of single template lines, to be tried in a copy. */
import type { Json } from '../../model.ts';
import { pairsOf, together } from '../entries.ts';

/** A line of a template, from 1, by path relative to the chart. */
interface At {
  file: string;
  line: number;
}

/**
 * `replace`: other text between two columns (from 0). `insert`: an entry into a mapping, `before` the line that prints one of
 * its entries, or as the first entry of a list's `item`, or inside the braces (`flow`) that open at the column before. `fill`:
 * entries for a mapping that is written empty on the line.
 */
export type TemplateEdit = At &
  (
    | { kind: 'replace'; from: number; to: number; value: Json }
    | { kind: 'insert'; how: 'before' | 'item' | 'flow' | 'fill'; indent: number; path: readonly string[]; value: Json }
  );

/** The templates with all edits. Entries for one mapping go in together. */
export function editedTemplates(
  edits: readonly TemplateEdit[],
  sources: ReadonlyMap<string, string>,
): Map<string, string> {
  const files = new Map<string, string>();
  for (const [file, own] of Map.groupBy(edits, (edit) => edit.file)) {
    const lines = sources.get(file)?.split('\n');
    if (lines === undefined) continue;
    for (const [line, onLine] of Map.groupBy(own, (edit) => edit.line)) {
      const text = lines[line - 1];
      if (text !== undefined) lines[line - 1] = editedLine(text, onLine);
    }
    files.set(file, lines.join('\n'));
  }
  return files;
}

function editedLine(text: string, edits: readonly TemplateEdit[]): string {
  const inserts = edits.filter((edit) => edit.kind === 'insert');
  const entriesOf = (own: readonly (typeof inserts)[number][]): string[] => pairsOf(together(own));
  const splices = new Map<number, { from: number; to: number; text: string }>();
  for (const edit of edits)
    if (edit.kind === 'replace') splices.set(edit.from, { ...edit, text: JSON.stringify(edit.value) });
  for (const [from, own] of Map.groupBy(
    inserts.filter(({ how }) => how === 'flow'),
    ({ indent }) => indent,
  ))
    splices.set(from, { from, to: from, text: ` ${entriesOf(own).join(', ')}, ` });
  let line = text;
  for (const { from, to, text: put } of [...splices.values()].sort((a, b) => b.from - a.from))
    line = line.slice(0, from) + put + line.slice(to);
  for (const how of ['fill', 'item', 'before'] as const) {
    const own = inserts.filter((edit) => edit.how === how);
    const [first] = own;
    if (first === undefined) continue;
    const pairs = entriesOf(own);
    const indent = ' '.repeat(first.indent);
    if (how === 'fill') line = `${line.slice(0, first.indent)} { ${pairs.join(', ')} }`;
    else if (how === 'before') line = [...pairs.map((pair) => indent + pair), line].join('\n');
    else line = line.slice(0, first.indent) + [...pairs, line.slice(first.indent)].join(`\n${indent}`);
  }
  return line;
}

/** Where in the chart's templates an edit is, and what it sets there: two that disagree cannot share a render. */
export function spaceOf(edit: TemplateEdit): { space: string; path: readonly string[]; value: Json } {
  const at = `${edit.file}:${edit.line}`;
  return edit.kind === 'replace'
    ? { space: `${at}:${edit.from}`, path: [], value: edit.value }
    : { space: `${at}:${edit.how}${edit.how === 'flow' ? edit.indent : ''}`, path: edit.path, value: edit.value };
}
