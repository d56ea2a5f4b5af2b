/**
 * Marks templates so that every line they print names the template line it came from. A mark is a YAML comment at the end of a
 * line: Helm parses what it renders, so text in it would not survive. Removing the marks must give the unmarked render;
 * `strip` does that, and the caller proves it line by line.
 */
import { lexTemplate, TemplateSyntaxError, tokens, type ActionPart } from './template-lexer.ts';
import { definesOf, valueDefines, type TemplateFile } from './value-uses.ts';

/** What a mark stands for. */
export interface Mark {
  /** Template, relative to the chart. */
  file: string;
  /** From 1. */
  line: number;
  /** The define the line stands in, if any. */
  define?: string;
  /** The pipeline that printed the line, when an action did. */
  action?: string;
}

/** Marked templates and the key to their marks. */
export interface Instrumented {
  /** By path relative to the chart. Files that cannot be marked are left out. */
  files: Map<string, string>;
  marks: readonly Mark[];
  /** Removes the marks of a rendered line and says which they were, innermost first. */
  strip(line: string): { text: string; marks: Mark[] };
}

/** Name of the define that marks the lines of a value whose type is not known before it is printed. */
const marker = 'plimsoll.mark';

/** Functions whose result is text, possibly of several lines. */
const textFunctions = new Set([
  'toYaml',
  'toYamlPretty',
  'toPrettyJson',
  'toJson',
  'include',
  'tpl',
  'nindent',
  'indent',
  'trim',
  'replace',
]);

/** Reads templates; those that `text/template` would refuse are left out. */
export function parseTemplates(sources: ReadonlyMap<string, string>): Map<string, TemplateFile> {
  return new Map([...sources].flatMap(([path, source]) => parse(path, source).map((file) => [path, file] as const)));
}

/**
 * @param templates by path relative to the chart, subcharts included; NOTES.txt left out
 * @param nonce letters and digits that the repository cannot know, so that it cannot write marks of its own
 * @param unmarked files to leave as they are, because marking them did not pass the proof
 */
export function instrument(
  templates: ReadonlyMap<string, TemplateFile>,
  nonce: string,
  unmarked: ReadonlySet<string>,
): Instrumented {
  const parsed = [...templates.values()];
  const values = valueDefines(parsed);
  const marks: Mark[] = [];
  const files = new Map<string, string>();
  for (const file of parsed) {
    if (unmarked.has(file.path)) continue;
    const mark = (detail: Omit<Mark, 'file'>): string => {
      marks.push({ file: file.path, ...detail });
      return ` #${nonce}${(marks.length - 1).toString(36)};`;
    };
    files.set(file.path, markFile(file, values, mark));
  }
  // One file of each chart brings the define: a subchart may be switched off, or the parent have no templates of its own.
  for (const anchor of Map.groupBy(files.keys(), chartOf).values()) {
    const [first] = anchor;
    if (first !== undefined) files.set(first, `${files.get(first) ?? ''}${markerDefine}`);
  }
  const pattern = new RegExp(` #${nonce}([0-9a-z]+);`, 'g');
  return {
    files,
    marks,
    strip(line) {
      const found: Mark[] = [];
      const text = line.replace(pattern, (_, id: string) => {
        const one = marks[Number.parseInt(id, 36)];
        if (one !== undefined) found.push(one);
        return '';
      });
      return { text, marks: found };
    },
  };
}

/** The chart a template belongs to: `charts/sub/` of `charts/sub/templates/x.yaml`. */
function chartOf(template: string): string {
  return template.slice(0, template.lastIndexOf('templates/'));
}

/** Opens a group's number in the replacement of a Go regular expression. */
const group = '${';

/**
 * Prints its second argument as the template would have, with a mark at the end of each of its lines that is followed by
 * another; helm would not know a `---` that bears one. Trimmed on both sides: the file it is appended to must print nothing more.
 */
const markerDefine =
  `{{- define "${marker}" -}}{{- $v := index . 1 -}}{{- if kindIs "string" $v -}}` +
  `{{- $m := regexReplaceAll "(\\\\S)([ \\\\t\\\\r]*)\\\\n" $v (print "${group}1}" (index . 0) "${group}2}\\n") -}}` +
  `{{- if contains "---" $v -}}` +
  `{{- $m = regexReplaceAll (print "(^|\\n)---" (index . 0)) $m "${group}1}---" -}}` +
  `{{- end -}}{{- $m -}}` +
  `{{- if and (index . 2) (not (hasSuffix "\\n" $v)) -}}{{- index . 0 -}}{{- end -}}` +
  `{{- else -}}{{- $v -}}{{- if index . 2 -}}{{- index . 0 -}}{{- end -}}{{- end -}}{{- end -}}`;

function parse(path: string, source: string): TemplateFile[] {
  try {
    const parts = lexTemplate(source);
    return [{ path, source, parts, defines: definesOf(parts) }];
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [];
    throw error;
  }
}

function markFile(
  file: TemplateFile,
  values: ReadonlySet<string>,
  mark: (detail: Omit<Mark, 'file'>) => string,
): string {
  const lines = new LineIndex(file.source);
  let out = '';
  file.parts.forEach((part, index) => {
    const define = file.defines[index];
    const within = define === undefined ? {} : { define };
    if (define !== undefined && values.has(define)) out += file.source.slice(part.start, part.end);
    else if (part.type === 'text')
      out += markText(file, index, (offset, action) => mark({ line: lines.at(offset), ...within, ...action }));
    else {
      const action = { line: part.line, ...within, action: part.body };
      out += markAction(file.source, part, () => mark(action), isTrimmed(file, index + 1));
    }
  });
  return out;
}

/** The text with a mark before each line break that ends a printed line. */
function markText(
  file: TemplateFile,
  index: number,
  mark: (offset: number, action: { action?: string }) => string,
): string {
  const part = file.parts[index];
  if (part?.type !== 'text') return '';
  const { source } = file;
  const before = printedBefore(file, index);
  const previous = file.parts[index - 1];
  const marksItself = previous?.type === 'action' && isWrapped(previous) && isTrimmed(file, index);
  const next = file.parts[index + 1];
  const breaksLine =
    next === undefined || (next.type === 'action' && next.kind === 'print' && /\bnindent\b/.test(next.body));
  let out = '';
  let from = part.start;
  for (;;) {
    const lineBreak = source.indexOf('\n', from);
    const last = lineBreak === -1 || lineBreak >= part.end;
    const end = last ? part.end : lineBreak;
    const text = source.slice(from, end);
    const content = text.trim();
    const first = from === part.start;
    const hasText = content !== '' && !content.startsWith('#') && !/^---(?:\s|$)/.test(content);
    const ends = last ? breaksLine : true;
    const following = last ? '' : nextLine(source, lineBreak + 1, part.end);
    const folded =
      (!(first && index > 0) && isContinuation(content)) ||
      (isContinuation(following) && !/[|>][-+\d]*$/.test(content));
    const carriage = text.endsWith('\r') ? 1 : 0;
    const onAction = first && content === '' && !last && !marksItself ? before : undefined;
    const shown = source.slice(from, end - carriage);
    if (ends && !folded && (hasText || onAction !== undefined)) {
      // A following `{{-` trims white space before it: the mark goes before the spaces, so that they still stand last.
      const kept = shown.trimEnd();
      out += kept + mark(onAction?.start ?? from, actionOf(onAction)) + shown.slice(kept.length);
    } else out += shown;
    out += source.slice(end - carriage, last ? end : end + 1);
    if (last) return out;
    from = lineBreak + 1;
  }
}

/** Where something was printed on the line that the text at `index` continues; undefined when nothing was. */
function printedBefore(file: TemplateFile, index: number): { start: number; body?: string } | undefined {
  const previous = file.parts[index - 1];
  if (previous?.type !== 'action' || previous.trimRight) return undefined;
  for (let at = index - 1; at >= 0; at--) {
    const part = file.parts[at];
    if (part?.type === 'action') {
      if (prints(part)) return { start: part.start, ...(at === index - 1 ? { body: part.body } : {}) };
    } else if (part !== undefined) {
      const text = file.source.slice(part.start, part.end);
      const lineBreak = text.lastIndexOf('\n');
      if (text.slice(lineBreak + 1).trim() !== '') return { start: part.start + lineBreak + 1 };
      if (lineBreak !== -1) return undefined;
    }
  }
  return undefined;
}

/** The next line with something on it, trimmed; empty when the text ends before. */
function nextLine(source: string, from: number, end: number): string {
  return /\S.*/.exec(source.slice(from, Math.min(end, from + 2000)))?.[0].trim() ?? '';
}

/**
 * Whether a line can only be the rest of a scalar begun on a line before: a comment may not stand inside a plain scalar of
 * several lines, so neither this line nor the one before can carry a mark.
 */
function isContinuation(content: string): boolean {
  return (
    content !== '' &&
    !/^(?:-(?:\s|$)|["'{}[\]#&*!|>?%@`,]|---|\.\.\.|[^\s:][^:]*:(?:\s|$)|[^\s]+:(?:\s|$))/.test(content)
  );
}

function actionOf(printed: { body?: string } | undefined): { action?: string } {
  return printed?.body === undefined ? {} : { action: printed.body };
}

function prints(action: ActionPart): boolean {
  return action.kind === 'print' || action.kind === 'template';
}

/**
 * Whether a part is a line break that the next action takes away: what is printed before may end with one of its own, and a mark
 * behind that would stand before what follows.
 */
function isTrimmed(file: TemplateFile, index: number): boolean {
  const part = file.parts[index];
  const next = file.parts[index + 1];
  if (part?.type !== 'text' || next?.type !== 'action' || !next.trimLeft) return false;
  const text = file.source.slice(part.start, part.end);
  return text.trim() === '' && text.includes('\n');
}

function isWrapped(part: ActionPart): boolean {
  return part.kind === 'print' && (textFunctions.has(lastFunction(part.body)) || isSimple(part.body));
}

/** The action with the line breaks of what it prints marked; `end`: also the end of its last line. */
function markAction(source: string, part: ActionPart, mark: () => string, end: boolean): string {
  const written = source.slice(part.start, part.end);
  if (part.kind !== 'print') return written;
  const open = source.slice(part.start, part.bodyStart);
  const close = source.slice(part.bodyStart + part.body.length, part.end);
  if (!isWrapped(part)) return written;
  return `${open}include "${marker}" (list "${mark()}" (${part.body}) ${end})${close}`;
}

/** Function of the last stage of a pipeline: `nindent` of `toYaml . | nindent 4`. */
function lastFunction(body: string): string {
  let depth = 0;
  let last = '';
  let starts = true;
  for (const token of tokens(body)) {
    if (token.type === 'open') depth++;
    if (token.type === 'close') depth--;
    if (depth === 0 && token.type === 'word' && starts) last = token.text;
    starts = depth === 0 && token.type === 'pipe';
  }
  return last;
}

/** A value read from somewhere, possibly through a default: its type is known only when it is printed. */
function isSimple(body: string): boolean {
  return (
    /^\s*[.$(]/.test(body) || /^(default|coalesce|get|index|ternary)\b/.test(body) || /\|\s*default\b[^|]*$/.test(body)
  );
}

/** Line numbers of offsets. */
class LineIndex {
  readonly #starts: number[] = [0];

  constructor(source: string) {
    for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** From 1. */
  at(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}
