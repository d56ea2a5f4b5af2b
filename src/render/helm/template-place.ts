/** Where in a template a rendered field could be changed, or a missing one put in, by editing one line. */
import type { Json, Path, Resource } from '../../model.ts';
import { dig, isMap } from '../../subjects/values.ts';
import type { Mark } from './instrument.ts';
import type { TemplateEdit } from './template-edit.ts';

/** A render with its way back to the templates. */
export interface Printed {
  /** The rendered lines, the first at 0. */
  lines: readonly string[];
  /** Marks of a rendered line (from 1), innermost first. */
  marks(line: number): readonly Mark[];
  /** A line of a template, from 1. */
  source(file: string, line: number): string | undefined;
  /** How many conditions and loops a line of a template stands in. */
  depth(file: string, line: number): number;
}

/** Texts that a value on one line may not begin with: what follows on other lines, anchors, tags. */
const notPlain = /^[|>&*!]/;

/** Sets the scalar at `path` where a template line writes it; undefined when the line does not write it by itself. */
export function replacement(printed: Printed, resource: Resource, path: Path, value: Json): TemplateEdit | undefined {
  const present = dig(resource.manifest, ...path);
  const last = path.at(-1);
  if (present === undefined || typeof present === 'object' || last === undefined || isIdentity(path)) return undefined;
  const span = resource.locate(path);
  const [mark] = printed.marks(span.startLine);
  const rendered = printed.lines[span.startLine - 1] ?? '';
  const text = mark === undefined ? undefined : printed.source(mark.file, mark.line);
  if (mark === undefined || text === undefined || JSON.stringify(value).includes('{{')) return undefined;
  const at = { file: mark.file, line: mark.line };
  if (span.startLine === span.endLine && text.trim() === rendered.trim()) {
    const shift = indentOf(text) - indentOf(rendered);
    const whole = text.slice(span.startColumn - 1 + shift, span.endColumn - 1 + shift);
    const key = typeof last === 'string' ? (/^(?:"[^"]*"|'[^']*'|[^\s:{["'][^:]*):\s+/.exec(whole)?.[0] ?? '') : '';
    const own = whole.slice(key.length);
    if (own === '' || notPlain.test(own) || (typeof last === 'string' && key === '')) return undefined;
    const from = span.startColumn - 1 + shift + key.length;
    return { ...at, kind: 'replace', from, to: from + own.trimEnd().length, value };
  }
  const own = typeof last === 'string' ? `(?:"${escaped(last)}"|'${escaped(last)}'|${escaped(last)}):[ ]+` : '- +';
  const found = new RegExp(`^([ ]*(?:- )*${own})(\\S.*)$`).exec(text.trimEnd());
  const [, before = '', whole = ''] = found ?? [];
  if (found === null || notPlain.test(whole) || !isClosed(whole)) return undefined;
  return { ...at, kind: 'replace', from: before.length, to: before.length + whole.length, value };
}

/** Puts what is missing below `there`, the deepest part of the path that the object has. */
export function insertion(
  printed: Printed,
  resource: Resource,
  there: Path,
  missing: Path,
  value: Json,
): TemplateEdit | undefined {
  const around = dig(resource.manifest, ...there);
  if (missing.some((step) => typeof step === 'number') || JSON.stringify(value).includes('{{')) return undefined;
  const entry = { path: missing.map(String), value };
  if (around === null || (isMap(around) && Object.keys(around).length === 0)) {
    const at = filled(printed, resource, there);
    return at === undefined ? undefined : { ...at, ...entry };
  }
  if (!isMap(around)) return undefined;
  const inline = braced(printed, resource, there);
  if (inline !== undefined) return { ...inline, ...entry };
  const children = Object.keys(around)
    .map((key) => ({ key, line: resource.locate([...there, key]).startLine }))
    .sort((a, b) => a.line - b.line);
  const places = children.slice(0, 12).map(({ key, line }) => besides(printed, key, line));
  const literal = places.filter((place) => place?.literal === true);
  // Not where a condition may take it away: another change of the same render may switch that.
  const depths = literal.map((place) => (place === undefined ? 0 : printed.depth(place.at.file, place.at.line)));
  const best = literal[depths.indexOf(Math.min(...depths))] ?? places.find((place) => place !== undefined);
  return best === undefined ? undefined : { ...best.at, ...entry };
}

type Insertion = Omit<Extract<TemplateEdit, { kind: 'insert' }>, 'path' | 'value'>;

/** `resources: {}` or `resources:` with nothing below. */
function filled(printed: Printed, resource: Resource, there: Path): Insertion | undefined {
  const { startLine } = resource.locate(there);
  const [mark] = printed.marks(startLine);
  const key = there.at(-1);
  const text = mark === undefined ? undefined : printed.source(mark.file, mark.line);
  if (mark === undefined || text === undefined || typeof key !== 'string') return undefined;
  const empty = new RegExp(`^([ ]*(?:- )*["']?${escaped(key)}["']?:)\\s*(?:\\{\\s*\\}|null|~)?$`);
  const found = empty.exec(text.trimEnd());
  // Where the line below prints the braces, there is no room for others.
  if (found === null || !empty.test((printed.lines[startLine - 1] ?? '').trimEnd())) return undefined;
  if (/^\s*(?:\{\s*\}|null)\s*$/.test(printed.lines[startLine] ?? '')) return undefined;
  return { file: mark.file, line: mark.line, kind: 'insert', how: 'fill', indent: found[1]?.length ?? 0 };
}

/** `requests: { cpu: 10m }` or `- { name: app }`, as written in the template. */
function braced(printed: Printed, resource: Resource, there: Path): Insertion | undefined {
  const key = there.at(-1);
  const { startLine, startColumn, endLine, endColumn } = resource.locate(there);
  const [mark] = printed.marks(startLine);
  const text = mark === undefined ? undefined : printed.source(mark.file, mark.line);
  const rendered = printed.lines[startLine - 1] ?? '';
  if (mark === undefined || text === undefined || key === undefined || startLine !== endLine) return undefined;
  if (text.trim() !== rendered.trim() || text.includes('{{')) return undefined;
  const shift = indentOf(text) - indentOf(rendered) - 1;
  const own = text.slice(startColumn + shift, endColumn + shift);
  const found = (typeof key === 'number' ? /^(?:- +)?\{/ : /^(?:"[^"]*"|'[^']*'|[^\s{}[\]:]+)\s*:\s*\{/).exec(own);
  if (found === null) return undefined;
  const indent = startColumn + shift + found[0].length;
  return { file: mark.file, line: mark.line, kind: 'insert', how: 'flow', indent };
}

/** The place beside an entry that is rendered on `line`. Literal: the template writes the entry's key itself. */
function besides(printed: Printed, key: string, line: number): { at: Insertion; literal: boolean } | undefined {
  const marks = printed.marks(line);
  const [mark] = marks;
  const text = mark === undefined ? undefined : printed.source(mark.file, mark.line);
  if (mark === undefined || text === undefined) return undefined;
  const entry = new RegExp(`^([ ]*)((?:- +)*)["']?${escaped(key)}["']?:(?:\\s|$)`);
  const rendered = printed.lines[line - 1] ?? '';
  const isItem = (entry.exec(rendered)?.[2] ?? '') !== '';
  const written = entry.exec(text);
  const at = { file: mark.file, line: mark.line, kind: 'insert' as const };
  if (written !== null) {
    const [, indent = '', dashes = ''] = written;
    if ((dashes !== '') !== isItem) return undefined;
    const how = isItem ? ('item' as const) : ('before' as const);
    return { at: { ...at, how, indent: indent.length + dashes.length }, literal: true };
  }
  // An action prints the entry: its lines are indented as rendered, unless a caller indents them further.
  const isOutermost = marks.length === 1 && mark.define === undefined;
  if (!isOutermost || isItem || !text.trimStart().startsWith('{{')) return undefined;
  // What is put before the action goes into the mapping that the action's first line is an entry of.
  const first = printed.lines[firstOf(printed, mark, line) - 1] ?? '';
  if (indentOf(first) !== indentOf(rendered) || /^\s*(?:-\s|-$)/.test(first)) return undefined;
  return { at: { ...at, how: 'before', indent: indentOf(rendered) }, literal: false };
}

/** The first of the rendered lines around `line` that one action prints. */
function firstOf(printed: Printed, { file, line: own }: Mark, line: number): number {
  let at = line;
  for (;;) {
    const [above] = printed.marks(at - 1);
    if (above?.file !== file || above.line !== own) return at;
    at -= 1;
  }
}

/** What an object is found by again. */
function isIdentity([first, second]: Path): boolean {
  return first === 'kind' || (first === 'metadata' && second === 'name');
}

function isClosed(text: string): boolean {
  return (text.match(/\{\{/g) ?? []).length === (text.match(/\}\}/g) ?? []).length;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
