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
  const replaced = new Map(edits.flatMap((edit) => (edit.kind === 'replace' ? [[edit.from, edit] as const] : [])));
  let line = text;
  for (const { from, to, value } of [...replaced.values()].sort((a, b) => b.from - a.from))
    line = line.slice(0, from) + JSON.stringify(value) + line.slice(to);
  for (const how of ['fill', 'flow', 'item', 'before'] as const) {
    const own = edits.filter((edit) => edit.kind === 'insert' && edit.how === how);
    const [first] = own;
    if (first?.kind !== 'insert') continue;
    const pairs = pairsOf(together(own.filter((edit) => edit.kind === 'insert')));
    const indent = ' '.repeat(first.indent);
    if (how === 'fill') line = `${line.slice(0, first.indent)} { ${pairs.join(', ')} }`;
    else if (how === 'flow') line = `${line.slice(0, first.indent)} ${pairs.join(', ')}, ${line.slice(first.indent)}`;
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
    : { space: `${at}:${edit.how}`, path: edit.path, value: edit.value };
}
