/** Values written as YAML, beside what is there already. */
import { stringify } from 'yaml';
import type { Json, JsonMap } from '../../model.ts';

/** Entries that go into one mapping, several changes together. */
export type Entries = Map<string, Entries | Json>;

export function noEntries(): Entries {
  return new Map();
}

/** Puts a value at a path of keys; false when something else is there already. */
export function enter(entries: Entries, path: readonly string[], value: Json): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return false;
  const there = entries.get(key);
  if (rest.length === 0) {
    if (isMap(value) && Object.keys(value).length > 0) {
      // A mapping may meet the entries of another change, and then both hold.
      const inner = there ?? noEntries();
      if (!(inner instanceof Map)) return false;
      entries.set(key, inner);
      return Object.entries(value).every(([name, one]) => enter(inner, [name], one));
    }
    if (there !== undefined) return !(there instanceof Map) && JSON.stringify(there) === JSON.stringify(value);
    entries.set(key, value);
    return true;
  }
  const inner = there ?? noEntries();
  if (!(inner instanceof Map)) return false;
  entries.set(key, inner);
  return enter(inner, rest, value);
}

/** One entry a line or more, the first at column 0. `step`: what one level is indented by. */
export function blockLines(entries: Entries, step: number): string[] {
  return [...entries].flatMap(([key, value]) => pairLines(scalarText(key), value, step));
}

/** The items of a list, one a line or more. */
export function itemLines(items: readonly Json[], step: number): string[] {
  return items.flatMap((item) => {
    const lines = Array.isArray(item)
      ? [flowText(item, false)]
      : isMap(item) && Object.keys(item).length > 0
        ? blockLines(entriesOf(item), step)
        : [flowText(item, false)];
    return lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
  });
}

/** On one line, as in braces. `quoted`: as JSON, where the text around it is JSON. */
export function flowText(value: Entries | Json, quoted: boolean): string {
  if (value instanceof Map) {
    if (value.size === 0) return '{}';
    return `{ ${flowPairs(value, quoted)} }`;
  }
  if (Array.isArray(value)) return `[${value.map((item: Json) => flowText(item, quoted)).join(', ')}]`;
  if (isMap(value)) return flowText(entriesOf(value), quoted);
  return quoted ? JSON.stringify(value) : scalarText(value);
}

/** Entries as they stand between braces. */
export function flowPairs(entries: Entries, quoted: boolean): string {
  return [...entries].map(([key, one]) => `${flowText(key, quoted)}: ${flowText(one, quoted)}`).join(', ');
}

/** A scalar that every reader of YAML takes for what it is: `"no"` and `"1e3"` stay text. */
export function scalarText(value: Json): string {
  // What begins like a number, or like a mark of YAML, is read in more than one way.
  if (typeof value === 'string' && !/^[\p{L}/_][^\n\r\t"\\]*$/u.test(value)) return JSON.stringify(value);
  // YAML 1.1 reads more words as booleans and numbers than 1.2 does; what either would misread is quoted.
  const text = stringify(value, { version: '1.1', lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
  // Inside braces these would end the scalar.
  return typeof value === 'string' && /^[^"'].*[,[\]{}#]/.test(text) ? JSON.stringify(value) : text;
}

function pairLines(key: string, value: Entries | Json, step: number): string[] {
  const indent = ' '.repeat(step);
  if (value instanceof Map) {
    if (value.size === 0) return [`${key}: {}`];
    return [`${key}:`, ...blockLines(value, step).map((line) => indent + line)];
  }
  if (Array.isArray(value) && value.length > 0)
    return [`${key}:`, ...itemLines(value, step).map((line) => indent + line)];
  if (isMap(value) && Object.keys(value).length > 0) return pairLines(key, entriesOf(value), step);
  return [`${key}: ${flowText(value, false)}`];
}

export function entriesOf(map: JsonMap): Entries {
  return new Map(Object.entries(map).map(([key, value]) => [key, isMap(value) ? entriesOf(value) : value]));
}

function isMap(value: Entries | Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
}
