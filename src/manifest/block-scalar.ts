import { dash, hash, lineEnd, newline, space, trimEnd, unusual } from './plain-subset.ts';

/** A literal or folded scalar: what it holds, where its last line of text ends, and where the line after it begins. */
export interface BlockScalar {
  value: string;
  end: number;
  next: number;
}

/** Reads the scalar whose `|` or `>` is at `at`; `column` is that of the collection it is in. */
export function blockScalar(text: string, at: number, column: number, folded: boolean): BlockScalar {
  let header = at + 1;
  const strip = text.charCodeAt(header) === dash;
  if (strip) header += 1;
  const afterHeader = header;
  while (text.charCodeAt(header) === space) header += 1;
  const code = text.charCodeAt(header);
  if (code !== newline && (code !== hash || header === afterHeader)) throw unusual;
  const lines: string[] = [];
  let indent = -1;
  let next = lineEnd(text, header) + 1;
  let end = afterHeader;
  while (next < text.length) {
    let first = next;
    while (text.charCodeAt(first) === space) first += 1;
    const stop = lineEnd(text, first);
    const width = first - next;
    if (first >= stop) {
      // White space before the first line of text must not reach further in than that line.
      if (indent === -1 ? width > 0 : folded && width > indent) throw unusual;
      lines.push(indent !== -1 && width > indent ? text.slice(next + indent, stop) : '');
    } else {
      if (indent === -1) {
        if (width <= column) break;
        if (text.charCodeAt(first) === 0x09) throw unusual;
        indent = width;
      }
      if (width < indent) {
        if (width > column || text.charCodeAt(first) === 0x09) throw unusual;
        break;
      }
      if (folded && (width > indent || text.charCodeAt(first) === 0x09)) throw unusual;
      lines.push(text.slice(next + indent, stop));
      end = trimEnd(text, stop);
    }
    next = stop + 1;
  }
  while (lines.at(-1) === '') lines.pop();
  // Lines of spaces at the end belong to the text of a literal; rare enough to leave to the full reader.
  if (lines.at(-1)?.trim() === '') throw unusual;
  if (lines.length === 0) throw unusual;
  const body = folded ? fold(lines) : lines.join('\n');
  return { value: strip ? body : `${body}\n`, end, next };
}

/** Line breaks between lines of text become spaces; each empty line between stands for one line feed. */
function fold(lines: readonly string[]): string {
  let folded = '';
  let blanks = 0;
  for (const line of lines) {
    if (line === '') {
      blanks += 1;
      continue;
    }
    if (folded === '') folded = '\n'.repeat(blanks) + line;
    else folded += (blanks === 0 ? ' ' : '\n'.repeat(blanks)) + line;
    blanks = 0;
  }
  return folded;
}
