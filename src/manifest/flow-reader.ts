import type { Json } from '../model.ts';
import type { Mark } from './mark.ts';
import {
  checked,
  colon,
  dash,
  hash,
  isWord,
  maxDepth,
  maxKey,
  newline,
  space,
  startsPlain,
  unusual,
  type ReadDocument,
} from './plain-subset.ts';
import { put } from './put.ts';
import { quoted, quoteEnd } from './quoted-scalar.ts';
import { keyText, resolvePlain } from './scalar.ts';

/** Flow collections on one line, with entries in full: what JSON allows, plus plain scalars. */
export class FlowReader {
  at: number;
  mark: Mark | undefined;
  private readonly text: string;
  private readonly withMarks: boolean;
  private readonly repeated: ReadDocument['repeated'];
  private depth = 0;

  constructor(text: string, at: number, withMarks: boolean, repeated: ReadDocument['repeated']) {
    this.text = text;
    this.at = at;
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
      const from = this.at;
      this.at = quoteEnd(text, from, first);
      return quoted(text, from, this.at, first);
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
