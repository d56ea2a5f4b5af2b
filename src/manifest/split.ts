/** One document of a stream, not yet read. */
export interface Piece {
  /** Its text without the marker line, ending in a line feed. */
  text: string;
  /** Line of the stream on which `text` begins, from 1. */
  line: number;
  /** Offset of `text` in the (normalised) stream. */
  offset: number;
  /** Set when the document cannot be read as it stands: directives, or content on the marker's line. */
  header?: { text: string; line: number; offset: number };
  /** A line that starts with three dashes and more: kubectl refuses it, helm splits at it. */
  fault?: { line: number; message: string };
}

/** A line that begins with a document marker. YAML allows those three characters at column one nowhere else. */
const marker = /^(?:---.*|\.\.\.(?:[ \t].*)?)$/gm;

/** Nothing but comments, empty lines and directives. */
const preamble = /^(?:(?:[ \t]*(?:#.*)?|%.*)(?:\n|$))*$/;

/** Line breaks for go-yaml alone: a comment would end at them. */
const hiddenBreak = /[\r\u0085\u2028\u2029\ufeff]/;

export function isEmpty(text: string): boolean {
  return firstContent(text) === -1;
}

/** Byte order mark off, line breaks as line feeds, a line feed at the end. */
export function normalise(text: string): string {
  const bare = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const lines = bare.includes('\r') ? bare.replaceAll('\r\n', '\n') : bare;
  return lines.endsWith('\n') || lines === '' ? lines : `${lines}\n`;
}

/** Splits a normalised stream at its markers. Text before the first marker that says nothing is no document. */
export function splitStream(stream: string): Piece[] {
  const pieces: Piece[] = [];
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number): number => {
    for (let at = stream.indexOf('\n', counted); at !== -1 && at < offset; at = stream.indexOf('\n', at + 1)) {
      line += 1;
      counted = at + 1;
    }
    return line;
  };
  let from = 0;
  let bare = true;
  let header: Piece['header'];
  let fault: Piece['fault'];
  const close = (to: number): void => {
    const text = stream.slice(from, to);
    if (bare && saysNothing(text) && !hiddenBreak.test(text)) {
      // Directives belong to the document that the next marker opens.
      header = !isEmpty(text) ? { text, line: lineAt(from), offset: from } : undefined;
      return;
    }
    const piece: Piece = { text, line: lineAt(from), offset: from };
    if (header !== undefined) piece.header = header;
    if (fault !== undefined) piece.fault = fault;
    pieces.push(piece);
    header = undefined;
    fault = undefined;
  };
  for (const match of stream.matchAll(marker)) {
    const found = match[0];
    close(match.index);
    from = Math.min(match.index + found.length + 1, stream.length);
    bare = found.startsWith('...');
    if (bare) {
      header = undefined;
      continue;
    }
    const rest = found.slice(3);
    if (rest !== '' && !/^[ \t]/.test(rest))
      fault = {
        line: lineAt(match.index),
        // Without the line itself: an unindented private key begins so too.
        message: 'A line that begins with --- is a document marker; this one has more on it without a space.',
      };
    else if (header !== undefined || !/^[ \t]*(?:#.*)?$/.test(rest)) {
      const start = header ?? { text: '', line: lineAt(match.index), offset: match.index };
      header = { ...start, text: stream.slice(start.offset, from) };
    }
  }
  close(stream.length);
  return pieces;
}

function saysNothing(text: string): boolean {
  const at = firstContent(text);
  return at === -1 || (text.charCodeAt(at) === 0x25 && preamble.test(text));
}

/** Offset of the first line that is neither empty nor a comment, at its first character; -1 when there is none. */
function firstContent(text: string): number {
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x23) {
      const end = text.indexOf('\n', at);
      if (end === -1) return -1;
      at = end + 1;
    } else if (code === 0x20 || code === 0x0a || code === 0x09) at += 1;
    else return at;
  }
  return -1;
}
