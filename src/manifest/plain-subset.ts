import type { Json } from '../model.ts';
import type { Mark } from './mark.ts';

/** What a reader makes of one document. */
export interface ReadDocument {
  value: Json;
  /** Present when asked for. */
  mark?: Mark;
  /** Keys that occurred twice in one mapping (the last one counts), with their offsets. */
  repeated: { key: string; offset: number }[];
}

/** Beyond this the full reader decides (and refuses what is deeper than its own limit). */
export const maxDepth = 120;
/** Simple keys longer than this are none for go-yaml. */
export const maxKey = 1000;

class Unusual extends Error {}
/** Thrown, always this one, where a text leaves the subset. */
export const unusual = new Unusual('not in the plain subset');

export const newline = 0x0a;
export const space = 0x20;
export const hash = 0x23;
export const colon = 0x3a;
export const dash = 0x2d;

/** Numbers that JSON cannot hold are an error, which the full reader words. */
export function checked(value: null | boolean | number | string): Json {
  if (typeof value === 'number' && !Number.isFinite(value)) throw unusual;
  return value;
}

/** Letters, digits and a few signs; of those that mean something in YAML only the dash. */
export function startsPlain(code: number): boolean {
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

export function isWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39);
}

/** The offset of the line feed at or after `from`; the text's length when there is none. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** The offset behind the last character before `end` that is no space. */
export function trimEnd(text: string, end: number): number {
  let at = end;
  while (text.charCodeAt(at - 1) === space) at -= 1;
  return at;
}
