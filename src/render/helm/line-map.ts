/**
 * Rendered line → template line: renders once more from marked templates, proves that nothing but marks was added, and falls
 * back to fewer marks, file by file, where that does not hold.
 */
import type { Instrumented, Mark } from './instrument.ts';

/** Where the lines of a render come from. */
export interface LineMap {
  /** The marks of a rendered line (from 1), innermost first; empty where nothing is certain. */
  at(line: number): readonly Mark[];
}

export interface MapInput {
  /** The render as it is judged. */
  plain: string;
  /** Templates by path relative to the chart, as written. */
  sources: ReadonlyMap<string, string>;
  /** Template (relative to the chart) of a `# Source:` comment; undefined when it is none of `sources`. */
  templateOf(source: string): string | undefined;
  /** The templates with marks, apart from those given. */
  instrument(unmarked: ReadonlySet<string>): Instrumented;
  /** Templates known not to bear marks; what is learnt here is added, for other renders of the same chart. */
  unmarked: Set<string>;
  /** Renders with these templates in place of the chart's. Gives undefined and the tool's words when it fails. */
  renderMarked(files: ReadonlyMap<string, string>): Promise<{ text: string } | { failed: string }>;
}

/** Files set aside one after another before all marks are given up: every one costs a render. */
const maxAttempts = 6;

/** Maps the lines of `plain`. Never throws for what a chart does: what cannot be proved is left out. */
export async function mapLines(input: MapInput): Promise<LineMap> {
  const plain = sectionsOf(input.plain);
  const { unmarked } = input;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const marked = input.instrument(unmarked);
    if (marked.files.size === 0) break;
    const rendered = await input.renderMarked(marked.files);
    const broken =
      'failed' in rendered ? brokenBy(rendered.failed, input) : differing(plain, rendered.text, marked, input);
    if (broken.length === 0 && 'text' in rendered) return read(input, plain, rendered.text, marked);
    const before = unmarked.size;
    for (const file of broken) unmarked.add(file);
    if (unmarked.size === before) break;
  }
  return { at: () => [] };
}

interface Section {
  source: string;
  lines: string[];
}

/** A render by its `# Source:` comments. */
function sectionsOf(text: string): Section[] {
  const sections: Section[] = [{ source: '', lines: [] }];
  text.split('\n').forEach((line) => {
    const source = /^# Source: (.+)$/.exec(line)?.[1];
    if (source !== undefined) sections.push({ source, lines: [line] });
    else sections.at(-1)?.lines.push(line);
  });
  return sections;
}

/** Files that the tool names in its error. */
function brokenBy(words: string, input: MapInput): string[] {
  const paths = words.split(/[\s:()"']+/).filter((word) => word.includes('/'));
  return [...new Set(paths.flatMap((path) => input.templateOf(path.replace(/^[^\w.-]+/, '')) ?? []))];
}

/** Templates whose rendered text is not the plain one when the marks are taken out. */
function differing(plain: readonly Section[], text: string, marked: Instrumented, input: MapInput): string[] {
  const sections = sectionsOf(text);
  const broken = new Set<string>();
  for (const [index, one] of plain.entries()) {
    const other = sections[index];
    if (other?.source === one.source && aligned(one.lines, other.lines, marked) !== undefined) continue;
    const file = input.templateOf(one.source);
    if (file !== undefined) broken.add(file);
    // Past an added or lost section nothing lines up: the first one that differs is the one to set aside.
    if (other?.source !== one.source || sections.length !== plain.length) break;
  }
  return [...broken];
}

/**
 * The marks of each line; undefined where the lines are not the same but for marks. Helm cuts white space off the end of a
 * document, but a mark that stands there alone it leaves: such lines are passed over.
 */
function aligned(plain: readonly string[], lines: readonly string[], marked: Instrumented): Mark[][] | undefined {
  const found: Mark[][] = [];
  let at = 0;
  for (const line of plain) {
    let other = marked.strip(lines[at] ?? '');
    while (!sameLine(line, other.text) && other.marks.length > 0 && other.text.trim() === '') {
      at += 1;
      other = marked.strip(lines[at] ?? '');
    }
    if (at >= lines.length || !sameLine(line, other.text)) return undefined;
    found.push(other.marks);
    at += 1;
  }
  return lines.slice(at).every((line) => marked.strip(line).text.trim() === '') ? found : undefined;
}

/** Equal, or the same key with a value of the same length: a checksum over marked text, a random name, a generated password. */
function sameLine(plain: string, stripped: string): boolean {
  if (plain === stripped) return true;
  if (plain.length !== stripped.length) return false;
  const colon = plain.indexOf(':');
  return colon > 0 && /\s/.test(plain.charAt(colon + 1)) && stripped.startsWith(plain.slice(0, colon + 2));
}

function read(input: MapInput, plain: readonly Section[], text: string, marked: Instrumented): LineMap {
  const sections = sectionsOf(text);
  // By sections: one that is longer by a mark that stands alone does not move the next.
  const found = plain.flatMap(
    ({ lines }, index) => aligned(lines, sections[index]?.lines ?? [], marked) ?? lines.map((): Mark[] => []),
  );
  fillStatic(input.plain.split('\n'), found, input.sources);
  return { at: (line) => found[line - 1] ?? [] };
}

/**
 * Lines that could carry no mark (inside block scalars and plain scalars of several lines): where a neighbour is known and
 * the template's next line is the same static text, that line is it.
 */
function fillStatic(plain: readonly string[], found: Mark[][], sources: ReadonlyMap<string, string>): void {
  const lines = new Map<string, string[]>();
  const textOf = (file: string, line: number): string | undefined => {
    let all = lines.get(file);
    if (all === undefined) lines.set(file, (all = (sources.get(file) ?? '').split('\n')));
    return all[line - 1]?.trim();
  };
  const fill = (index: number, neighbour: number, step: 1 | -1): void => {
    if ((found[index]?.length ?? 0) > 0) return;
    const [inner, ...outer] = found[neighbour] ?? [];
    const text = plain[index]?.trim() ?? '';
    if (inner === undefined || inner.action !== undefined || text === '') return;
    const line = inner.line + step;
    if (textOf(inner.file, line) !== text) return;
    found[index] = [
      { file: inner.file, line, ...(inner.define === undefined ? {} : { define: inner.define }) },
      ...outer,
    ];
  };
  for (let index = 1; index < plain.length; index++) fill(index, index - 1, 1);
  for (let index = plain.length - 2; index >= 0; index--) fill(index, index + 1, -1);
}
