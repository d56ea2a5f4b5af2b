import type { Json } from '../model.ts';
import type { Mark } from './mark.ts';
import { keyText, resolvePlain } from './scalar.ts';

/** What a reader makes of one document. */
export interface ReadDocument {
  value: Json;
  /** Present when asked for. */
  mark?: Mark;
  /** Keys that occurred twice in one mapping (the last one counts), with their offsets. */
  repeated: { key: string; offset: number }[];
}

/** Beyond this the full reader decides (and refuses what is deeper than its own limit). */
const maxDepth = 120;
/** Simple keys longer than this are none for go-yaml. */
const maxKey = 1000;

class Unusual extends Error {}
const unusual = new Unusual('not in the plain subset');

const newline = 0x0a;
const space = 0x20;
const hash = 0x23;
const colon = 0x3a;
const dash = 0x2d;

/**
 * Reads the plain subset of YAML that helm and kustomize print, in one pass and linear time: block mappings and lists,
 * plain and quoted scalars, literal and folded blocks, collections in flow style on one line. Undefined for everything
 * else: anchors, tags, merge keys, tabs between tokens, errors of any kind are the full reader's to judge. Whatever this
 * reader accepts, the full reader reads as the same value; a property test holds both to it.
 *
 * @param text one document without markers, ending in a line feed, free of control characters
 */
export function readBlock(text: string, withMarks: boolean): ReadDocument | undefined {
  const reader = new BlockReader(text, withMarks);
  try {
    return reader.document();
  } catch (error) {
    if (error === unusual) return undefined;
    throw error;
  }
}

class BlockReader {
  private readonly text: string;
  private readonly withMarks: boolean;
  private readonly repeated: ReadDocument['repeated'] = [];
  /** Where the next token is: its offset and its column; column -1 at the end of the text. */
  private at = 0;
  private column = -1;
  /** Whether a comment line stood before the token that `advance` found, and how many empty lines. */
  private commented = false;
  private blanks = 0;
  /** End of the scalar or key read last. */
  private end = 0;
  private mark: Mark | undefined;
  private depth = 0;

  constructor(text: string, withMarks: boolean) {
    this.text = text;
    this.withMarks = withMarks;
  }

  document(): ReadDocument {
    this.advance(0);
    if (this.column === -1) throw unusual;
    const value = this.block(this.column);
    if (this.column !== -1) throw unusual;
    const { mark, repeated } = this;
    return mark === undefined ? { value, repeated } : { value, mark, repeated };
  }

  /** Goes to the first token at or after `from`, the beginning of a line. */
  private advance(from: number): void {
    const { text } = this;
    let at = from;
    this.commented = false;
    this.blanks = 0;
    while (at < text.length) {
      const start = at;
      while (text.charCodeAt(at) === space) at += 1;
      const code = text.charCodeAt(at);
      if (code === newline) {
        this.blanks += 1;
        at += 1;
      } else if (code === hash) {
        this.commented = true;
        at = this.lineEnd(at) + 1;
      } else {
        if (at >= text.length) break;
        if (code === 0x09) throw unusual;
        this.at = at;
        this.column = at - start;
        return;
      }
    }
    this.at = text.length;
    this.column = -1;
  }

  private lineEnd(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end === -1 ? this.text.length : end;
  }

  private isDash(at: number): boolean {
    if (this.text.charCodeAt(at) !== dash) return false;
    const next = this.text.charCodeAt(at + 1);
    return next === space || next === newline;
  }

  private block(column: number): Json {
    if (this.depth >= maxDepth) throw unusual;
    this.depth += 1;
    const value = this.isDash(this.at) ? this.list(column) : this.mapping(column);
    this.depth -= 1;
    return value;
  }

  private list(column: number): Json {
    const { text } = this;
    const items: Json[] = [];
    const marks: Mark[] = [];
    const from = this.at;
    while (this.column === column && this.isDash(this.at)) {
      const dashAt = this.at;
      let at = dashAt + 1;
      while (text.charCodeAt(at) === space) at += 1;
      const code = text.charCodeAt(at);
      let start = dashAt;
      this.mark = undefined;
      if (code === newline || code === hash) {
        this.end = dashAt + 1;
        this.advance(this.lineEnd(at) + 1);
        items.push(this.column > column ? this.block(this.column) : null);
      } else {
        start = at;
        const inner = column + (at - dashAt);
        if (this.isDash(at) || this.keyEnd(at) !== -1) {
          this.at = at;
          this.column = inner;
          items.push(this.block(inner));
        } else items.push(this.scalar(at, column));
      }
      if (this.withMarks) marks.push({ ...(this.mark as Mark | undefined), start, end: this.end });
    }
    if (this.column > column) throw unusual;
    if (this.withMarks) this.mark = { start: from, end: this.end, items: marks };
    return items;
  }

  private mapping(column: number): Json {
    const { text } = this;
    const map: Record<string, Json> = {};
    const marks = this.withMarks ? new Map<string, Mark>() : undefined;
    const from = this.at;
    while (this.column === column) {
      const start = this.at;
      const keyEnd = this.keyEnd(start);
      if (keyEnd === -1) throw unusual;
      const key = this.key(start, keyEnd);
      let at = keyEnd + 1;
      while (text.charCodeAt(at) === space) at += 1;
      const code = text.charCodeAt(at);
      let value: Json;
      this.mark = undefined;
      if (code === newline || code === hash) {
        this.end = keyEnd;
        this.advance(this.lineEnd(at) + 1);
        if (this.column > column) value = this.block(this.column);
        else value = this.column === column && this.isDash(this.at) ? this.block(column) : null;
      } else value = this.scalar(at, column);
      if (Object.hasOwn(map, key)) this.repeated.push({ key, offset: start });
      put(map, key, value);
      if (marks !== undefined) {
        marks.delete(key);
        marks.set(key, { ...(this.mark as Mark | undefined), start, end: this.end });
      }
    }
    if (this.column > column) throw unusual;
    if (marks !== undefined) this.mark = { start: from, end: this.end, keys: marks };
    return map;
  }

  /** The offset of the colon that ends the key at `at`; -1 when there is no key on this line. */
  private keyEnd(at: number): number {
    const { text } = this;
    const first = text.charCodeAt(at);
    if (first === 0x22 || first === 0x27) {
      const end = this.quoteEnd(at, first);
      if (text.charCodeAt(end) !== colon) return -1;
      const next = text.charCodeAt(end + 1);
      return next === space || next === newline ? end : -1;
    }
    if (!startsPlain(first) || first === dash) return -1;
    for (let end = at + 1; end < at + maxKey; end += 1) {
      const code = text.charCodeAt(end);
      if (code === newline) return -1;
      if (code === 0x09) throw unusual;
      if (code === hash && text.charCodeAt(end - 1) === space) return -1;
      if (code !== colon) continue;
      const next = text.charCodeAt(end + 1);
      if (next === newline || next === space) return end;
    }
    return -1;
  }

  private key(start: number, end: number): string {
    const first = this.text.charCodeAt(start);
    if (first === 0x22 || first === 0x27) return this.quoted(start, end, first);
    if (this.text.charCodeAt(end - 1) === space) throw unusual;
    const key = keyText(resolvePlain(this.text.slice(start, end)));
    if (key === undefined || key === '<<') throw unusual;
    return key;
  }

  /** A value that begins on the line of its key or dash; `column` is that of the collection it is in. */
  private scalar(at: number, column: number): Json {
    const { text } = this;
    const first = text.charCodeAt(at);
    if (first === 0x7c || first === 0x3e) return this.blockScalar(at, column, first === 0x3e);
    if (first === 0x22 || first === 0x27) {
      const end = this.quoteEnd(at, first);
      const value = this.quoted(at, end, first);
      this.finish(end);
      return value;
    }
    if (first === 0x5b || first === 0x7b) {
      const flow = new FlowReader(
        text,
        at,
        (from, quote) => {
          const end = this.quoteEnd(from, quote);
          return [this.quoted(from, end, quote), end];
        },
        this.withMarks,
        this.repeated,
      );
      const value = flow.collection();
      this.mark = flow.mark;
      this.finish(flow.at);
      return value;
    }
    return this.plain(at, column);
  }

  /** Nothing but a comment may follow on the line. */
  private finish(end: number): void {
    const { text } = this;
    let at = end;
    while (text.charCodeAt(at) === space) at += 1;
    const code = text.charCodeAt(at);
    if (code !== newline && (code !== hash || at === end)) throw unusual;
    this.end = end;
    this.advance(this.lineEnd(at) + 1);
  }

  private plain(at: number, column: number): Json {
    const { text } = this;
    const first = text.charCodeAt(at);
    if (!startsPlain(first)) {
      // ":8080" and "-x" are plain, ": " and "- " are not.
      const next = text.charCodeAt(at + 1);
      if (first !== colon || next === space || next === newline) throw unusual;
    } else if (first === dash && this.isDash(at)) throw unusual;
    let end = this.plainEnd(at);
    const open = text.charCodeAt(end) === newline;
    const line = text.slice(at, (end = this.trimEnd(end)));
    this.end = end;
    this.advance(this.lineEnd(end) + 1);
    if (this.column <= column) return checked(resolvePlain(line));
    // Lines further in go on with the scalar.
    if (!open) throw unusual;
    const parts = [line];
    while (this.column > column) {
      if (this.commented || this.isDash(this.at)) throw unusual;
      const code = text.charCodeAt(this.at);
      if (!startsPlain(code)) throw unusual;
      const lineEnd = this.plainEnd(this.at);
      if (text.charCodeAt(lineEnd) !== newline) throw unusual;
      parts.push(this.blanks === 0 ? ' ' : '\n'.repeat(this.blanks));
      this.end = this.trimEnd(lineEnd);
      parts.push(text.slice(this.at, this.end));
      this.advance(lineEnd + 1);
    }
    return parts.join('');
  }

  /** Where a plain scalar's line ends: at the line feed, or at the comment. */
  private plainEnd(from: number): number {
    const { text } = this;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === newline) return at;
      if (code === 0x09) throw unusual;
      if (code === colon) {
        const next = text.charCodeAt(at + 1);
        if (next === space || next === newline) throw unusual;
      }
      if (code === hash && at > from && text.charCodeAt(at - 1) === space) return at;
      at += 1;
    }
  }

  private trimEnd(end: number): number {
    let at = end;
    while (this.text.charCodeAt(at - 1) === space) at -= 1;
    return at;
  }

  /** The offset behind the closing quote; scalars of several lines are not ours. */
  private quoteEnd(at: number, quote: number): number {
    const { text } = this;
    for (let end = at + 1; ; end += 1) {
      const code = text.charCodeAt(end);
      if (code === newline || end >= text.length) throw unusual;
      if (code === quote) {
        if (quote === 0x22 || text.charCodeAt(end + 1) !== quote) return end + 1;
        end += 1;
      } else if (code === 0x5c && quote === 0x22) {
        if (text.charCodeAt(end + 1) === newline) throw unusual;
        end += 1;
      }
    }
  }

  private quoted(start: number, end: number, quote: number): string {
    const inner = this.text.slice(start + 1, end - 1);
    if (quote === 0x27) return inner.includes("'") ? inner.replaceAll("''", "'") : inner;
    if (!inner.includes('\\')) return inner;
    return inner.replace(
      /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^]))/g,
      (_, wide?: string, narrow?: string, letter?: string) => {
        if (letter !== undefined) {
          const plain = escapes[letter];
          if (plain === undefined) throw unusual;
          return plain;
        }
        const code = parseInt(wide ?? narrow ?? '', 16);
        if (code >= 0xd800 && code <= 0xdfff) throw unusual;
        return String.fromCharCode(code);
      },
    );
  }

  private blockScalar(at: number, column: number, folded: boolean): string {
    const { text } = this;
    let header = at + 1;
    const strip = text.charCodeAt(header) === dash;
    if (strip) header += 1;
    const afterHeader = header;
    while (text.charCodeAt(header) === space) header += 1;
    const code = text.charCodeAt(header);
    if (code !== newline && (code !== hash || header === afterHeader)) throw unusual;
    const lines: string[] = [];
    let indent = -1;
    let from = this.lineEnd(header) + 1;
    this.end = afterHeader;
    while (from < text.length) {
      let first = from;
      while (text.charCodeAt(first) === space) first += 1;
      const end = this.lineEnd(first);
      const width = first - from;
      if (first >= end) {
        // White space before the first line of text must not reach further in than that line.
        if (indent === -1 ? width > 0 : folded && width > indent) throw unusual;
        lines.push(indent !== -1 && width > indent ? text.slice(from + indent, end) : '');
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
        lines.push(text.slice(from + indent, end));
        this.end = this.trimEnd(end);
      }
      from = end + 1;
    }
    this.advance(from);
    if (this.column > column) throw unusual;
    while (lines.at(-1) === '') lines.pop();
    // Lines of spaces at the end belong to the text of a literal; rare enough to leave to the full reader.
    if (lines.at(-1)?.trim() === '') throw unusual;
    if (lines.length === 0) throw unusual;
    const body = folded ? fold(lines) : lines.join('\n');
    return strip ? body : `${body}\n`;
  }
}

/** Flow collections on one line, with entries in full: what JSON allows, plus plain scalars. */
class FlowReader {
  at: number;
  mark: Mark | undefined;
  private readonly text: string;
  private readonly quoted: (from: number, quote: number) => [string, number];
  private readonly withMarks: boolean;
  private readonly repeated: ReadDocument['repeated'];
  private depth = 0;

  constructor(
    text: string,
    at: number,
    quoted: (from: number, quote: number) => [string, number],
    withMarks: boolean,
    repeated: ReadDocument['repeated'],
  ) {
    this.text = text;
    this.at = at;
    this.quoted = quoted;
    this.withMarks = withMarks;
    this.repeated = repeated;
  }

  collection(): Json {
    if (this.depth >= maxDepth) throw unusual;
    this.depth += 1;
    const value = this.text.charCodeAt(this.at) === 0x5b ? this.list() : this.mapping();
    this.depth -= 1;
    return value;
  }

  private skip(): number {
    while (this.text.charCodeAt(this.at) === space) this.at += 1;
    return this.text.charCodeAt(this.at);
  }

  private list(): Json {
    const items: Json[] = [];
    const marks: Mark[] = [];
    const from = this.at;
    this.at += 1;
    if (this.skip() !== 0x5d)
      for (;;) {
        this.skip();
        const start = this.at;
        this.mark = undefined;
        items.push(this.value());
        if (this.withMarks) marks.push({ ...(this.mark as Mark | undefined), start, end: this.at });
        const code = this.skip();
        if (code === 0x5d) break;
        if (code !== 0x2c) throw unusual;
        this.at += 1;
      }
    this.at += 1;
    if (this.withMarks) this.mark = { start: from, end: this.at, items: marks };
    return items;
  }

  private mapping(): Json {
    const map: Record<string, Json> = {};
    const marks = new Map<string, Mark>();
    const from = this.at;
    this.at += 1;
    if (this.skip() !== 0x7d)
      for (;;) {
        this.skip();
        const start = this.at;
        const first = this.text.charCodeAt(start);
        const isCollection = first === 0x5b || first === 0x7b;
        const key = isCollection ? undefined : keyText(this.value());
        if (key === undefined || key === '<<' || this.at - start > maxKey) throw unusual;
        if (this.text.charCodeAt(this.at) !== colon || this.text.charCodeAt(this.at + 1) !== space) throw unusual;
        this.at += 1;
        this.skip();
        this.mark = undefined;
        const value = this.value();
        if (Object.hasOwn(map, key)) this.repeated.push({ key, offset: start });
        put(map, key, value);
        marks.delete(key);
        if (this.withMarks) marks.set(key, { ...(this.mark as Mark | undefined), start, end: this.at });
        const code = this.skip();
        if (code === 0x7d) break;
        if (code !== 0x2c) throw unusual;
        this.at += 1;
      }
    this.at += 1;
    if (this.withMarks) this.mark = { start: from, end: this.at, keys: marks };
    return map;
  }

  private value(): Json {
    const { text } = this;
    const first = text.charCodeAt(this.at);
    if (first === 0x5b || first === 0x7b) return this.collection();
    if (first === 0x22 || first === 0x27) {
      const [value, end] = this.quoted(this.at, first);
      this.at = end;
      return value;
    }
    const next = text.charCodeAt(this.at + 1);
    if (!startsPlain(first) || (first === dash && !isWord(next))) throw unusual;
    const from = this.at;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === newline || code === 0x09 || code === 0x3f) throw unusual;
      if (code === 0x2c || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d) break;
      if (code === colon) {
        if (text.charCodeAt(this.at + 1) === space) break;
        throw unusual;
      }
      if (code === hash && text.charCodeAt(this.at - 1) === space) throw unusual;
      this.at += 1;
    }
    while (text.charCodeAt(this.at - 1) === space) this.at -= 1;
    return checked(resolvePlain(text.slice(from, this.at)));
  }
}

/** Escapes that every YAML reader knows. */
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
  b: '\b',
  a: '\x07',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '0': '\0',
};

/** Numbers that JSON cannot hold are an error, which the full reader words. */
function checked(value: null | boolean | number | string): Json {
  if (typeof value === 'number' && !Number.isFinite(value)) throw unusual;
  return value;
}

/** Sets a key that may be called `__proto__`. */
export function put(map: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

/** Letters, digits and a few signs; of those that mean something in YAML only the dash. */
function startsPlain(code: number): boolean {
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39)) return true;
  return (
    code === dash ||
    code === 0x5f ||
    code === 0x2e ||
    code === 0x2f ||
    code === 0x24 ||
    code === 0x28 ||
    code === 0x2b ||
    code === 0x7e ||
    code === 0x5e ||
    code === 0x5c ||
    code === 0x3b ||
    code === 0x29
  );
}

function isWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39);
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
