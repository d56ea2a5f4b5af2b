import type { Json } from '../model.ts';
import { blockScalar } from './block-scalar.ts';
import { FlowReader } from './flow-reader.ts';
import type { Mark } from './mark.ts';
import {
  checked,
  colon,
  dash,
  hash,
  lineEnd,
  maxDepth,
  maxKey,
  newline,
  space,
  startsPlain,
  trimEnd,
  unusual,
  type ReadDocument,
} from './plain-subset.ts';
import { put } from './put.ts';
import { quoted, quoteEnd } from './quoted-scalar.ts';
import { keyText, resolvePlain } from './scalar.ts';

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
        at = lineEnd(text, at) + 1;
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
        this.advance(lineEnd(text, at) + 1);
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
        this.advance(lineEnd(text, at) + 1);
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
      const end = quoteEnd(text, at, first);
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
    if (first === 0x22 || first === 0x27) return quoted(this.text, start, end, first);
    if (this.text.charCodeAt(end - 1) === space) throw unusual;
    const key = keyText(resolvePlain(this.text.slice(start, end)));
    if (key === undefined || key === '<<') throw unusual;
    return key;
  }

  /** A value that begins on the line of its key or dash; `column` is that of the collection it is in. */
  private scalar(at: number, column: number): Json {
    const { text } = this;
    const first = text.charCodeAt(at);
    if (first === 0x7c || first === 0x3e) {
      const { value, end, next } = blockScalar(text, at, column, first === 0x3e);
      this.end = end;
      this.advance(next);
      if (this.column > column) throw unusual;
      return value;
    }
    if (first === 0x22 || first === 0x27) {
      const end = quoteEnd(text, at, first);
      const value = quoted(text, at, end, first);
      this.finish(end);
      return value;
    }
    if (first === 0x5b || first === 0x7b) {
      const flow = new FlowReader(text, at, this.withMarks, this.repeated);
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
    this.advance(lineEnd(text, at) + 1);
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
    const line = text.slice(at, (end = trimEnd(text, end)));
    this.end = end;
    this.advance(lineEnd(text, end) + 1);
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
      this.end = trimEnd(text, lineEnd);
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
}
