import { isAlias, isMap, isScalar, isSeq, parseDocument, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Json } from '../model.ts';
import type { ReadDocument } from './plain-subset.ts';
import { put } from './put.ts';
import type { Mark } from './mark.ts';
import { keyText, resolvePlain, resolveTagged } from './scalar.ts';

/** What is wrong with a document, and the offset where. */
export class ReadFault extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = 'ReadFault';
    this.offset = offset;
  }
}

/** Levels of nesting. go-yaml gives up at 10,000; nothing that runs in a cluster comes near this. */
export const maxDepth = 500;
/** Values that aliases may stand for, all together: from this many on go-yaml begins to refuse "excessive aliasing". */
export const maxAliased = 400_000;

interface Read {
  value: Json;
  mark: Mark;
  /** Values inside, itself included, aliases expanded. */
  size: number;
  /** Whether it is a plain `<<`. */
  merge?: boolean;
}

/**
 * Reads one document of any shape: the authority over what a document says. Structure comes from the `yaml` package,
 * scalars from `resolvePlain`, mappings behave as in go-yaml (last of two equal keys, merge keys). Throws `ReadFault`.
 */
export function readNodes(text: string): ReadDocument {
  let document;
  try {
    // The failsafe schema leaves every scalar a string, whatever a %YAML directive says.
    document = parseDocument<ParsedNode, false>(text, {
      schema: 'failsafe',
      resolveKnownTags: false,
      uniqueKeys: false,
      keepSourceTokens: true,
      prettyErrors: false,
      logLevel: 'silent',
    });
  } catch (error) {
    if (error instanceof RangeError) throw new ReadFault(`Nested deeper than ${maxDepth} levels.`, 0);
    throw error;
  }
  const [first] = document.errors;
  if (first !== undefined) {
    // The package reports a stack that ran out as an error like any other.
    const tooDeep = first.message.includes('call stack');
    throw new ReadFault(
      tooDeep ? `Nested deeper than ${maxDepth} levels.` : withoutSource(first.message),
      first.pos[0],
    );
  }
  const { contents } = document as { contents: ParsedNode | null };
  if (contents === null) return { value: null, repeated: [] };
  const reader = new NodeReader(text);
  const { value, mark } = reader.read(contents, 0);
  return { value, mark, repeated: reader.repeated };
}

class NodeReader {
  readonly repeated: ReadDocument['repeated'] = [];
  private readonly anchors = new Map<string, Read | undefined>();
  private aliased = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  read(node: ParsedNode | null, at: number, depth = 0): Read {
    if (node === null) return { value: null, mark: { start: at, end: at }, size: 1 };
    const [start] = node.range;
    if (depth > maxDepth) throw new ReadFault(`Nested deeper than ${maxDepth} levels.`, start);
    if (isAlias(node)) return this.alias(node.source, start, node.range[1]);
    const anchor = node.anchor;
    // An anchor is known only from its end on: a value cannot hold itself.
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    const read = isMap(node)
      ? this.mapping(node, depth)
      : isSeq(node)
        ? this.list(node, depth)
        : this.scalar(node, start);
    if (anchor !== undefined) this.anchors.set(anchor, read);
    return read;
  }

  private alias(name: string, start: number, end: number): Read {
    const target = this.anchors.get(name);
    if (target === undefined)
      throw new ReadFault(
        // Not by its name: a password that begins with an asterisk is read as an alias.
        this.anchors.has(name) ? 'An alias stands inside of what it stands for.' : 'An alias has no anchor above it.',
        start,
      );
    this.aliased += target.size;
    if (this.aliased > maxAliased)
      throw new ReadFault(`Excessive aliasing: aliases stand for more than ${maxAliased} values.`, start);
    // The value itself is shared, not copied.
    return { value: target.value, mark: { ...target.mark, start, end }, size: target.size };
  }

  private scalar(node: ParsedNode, start: number): Read {
    if (!isScalar(node)) throw new ReadFault('Not a value.', start);
    const { source } = node;
    const mark = { start, end: this.textEnd(start, node.range[1]) };
    const plain = node.type === 'PLAIN' || node.type === undefined;
    if (plain && node.tag === undefined && source === '<<') return { value: source, mark, size: 1, merge: true };
    const value = node.tag === undefined ? (plain ? resolvePlain(source) : source) : resolveTagged(node.tag, source);
    if (value === undefined) throw new ReadFault(`The value does not fit its tag ${node.tag ?? ''}.`, start);
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new ReadFault(`"${source}" is not a number that Kubernetes can read.`, start);
    return { value, mark, size: 1 };
  }

  /** Block scalars end behind their last line of text, not behind the line feeds that follow. */
  private textEnd(start: number, end: number): number {
    let at = end;
    while (at > start && ' \n'.includes(this.text.charAt(at - 1))) at -= 1;
    return at;
  }

  private list(node: YAMLSeq.Parsed, depth: number): Read {
    const items: Json[] = [];
    const marks: Mark[] = [];
    let size = 1;
    const token = node.srcToken;
    node.items.forEach((item, index) => {
      const dash =
        token?.type === 'block-seq' ? token.items[index]?.start.find((t) => t.type === 'seq-item-ind') : undefined;
      const start = item.range[0];
      if (node.flow === true && this.isAmbiguousPair(item))
        throw new ReadFault(
          'A key without a value in a list: write it in quotes or with a value, readers disagree about it.',
          start,
        );
      const read = this.read(item, start, depth + 1);
      items.push(read.value);
      size += read.size;
      const begins = firstOffset(item, dash === undefined ? start : dash.offset);
      marks.push({
        ...read.mark,
        start: dash === undefined ? begins : this.sameLine(token, index, dash.offset, begins) ? begins : dash.offset,
        end: isEmptyScalar(item) ? (dash === undefined ? start : dash.offset + 1) : read.mark.end,
      });
    });
    const end = node.flow === true ? node.range[1] : (marks.at(-1)?.end ?? node.range[1]);
    return { value: items, mark: { start: node.range[0], end, items: marks }, size };
  }

  /** `[a:]` is a mapping for some readers and the text "a:" for go-yaml. */
  private isAmbiguousPair(item: ParsedNode): boolean {
    if (!isMap(item) || this.text.charAt(item.range[0]) === '{') return false;
    const value: unknown = item.items[0]?.value;
    return value === null || (isScalar(value) && value.source === '');
  }

  /** Whether the content of a list's item begins on the line of its dash. */
  private sameLine(token: YAMLSeq.Parsed['srcToken'], index: number, dash: number, begins: number): boolean {
    if (token?.type !== 'block-seq' || begins <= dash) return false;
    const start = token.items[index]?.start ?? [];
    return !start.some((part) => part.offset > dash && part.type === 'newline');
  }

  private mapping(node: YAMLMap.Parsed, depth: number): Read {
    const map: Record<string, Json> = {};
    const keys = new Map<string, Mark>();
    const own = new Set<string>();
    let size = 1;
    let end = node.range[0];
    for (const pair of node.items) {
      const keyNode = pair.key;
      const keyStart = keyNode.range[0];
      const key = this.read(keyNode, keyStart, depth + 1);
      const value = this.read(pair.value, key.mark.end, depth + 1);
      size += key.size + value.size;
      const valueEnd = pair.value === null || isEmptyScalar(pair.value) ? key.mark.end : value.mark.end;
      end = Math.max(end, valueEnd);
      if (key.merge === true) {
        this.merge(map, keys, value, keyStart);
        continue;
      }
      const name = typeof key.value === 'object' ? undefined : keyText(key.value);
      if (name === undefined)
        throw new ReadFault('The key of a mapping is null, a list or a mapping, which Kubernetes refuses.', keyStart);
      if (own.has(name)) this.repeated.push({ key: name, offset: keyStart });
      own.add(name);
      put(map, name, value.value);
      keys.delete(name);
      keys.set(name, { ...value.mark, start: firstOffset(keyNode, keyStart), end: valueEnd });
    }
    if (node.flow === true) end = node.range[1];
    return { value: map, mark: { start: node.range[0], end, keys }, size };
  }

  /**
   * `<<`: of several mappings the earlier one wins. As in go-yaml v2 (and unlike the merge key's specification) it replaces
   * what was written above it in the same mapping; what is written below replaces it.
   */
  private merge(map: Record<string, Json>, keys: Map<string, Mark>, source: Read, at: number): void {
    const { value } = source;
    const sources = Array.isArray(value) ? [...(value as Json[])].reverse() : [value];
    const marks = Array.isArray(value) ? [...(source.mark.items ?? [])].reverse() : [source.mark];
    sources.forEach((from, index) => {
      if (typeof from !== 'object' || from === null || Array.isArray(from))
        throw new ReadFault('A merge key needs a mapping, or a list of mappings.', at);
      for (const [key, merged] of Object.entries(from)) {
        put(map, key, merged);
        const mark = marks[index]?.keys?.get(key);
        if (mark !== undefined) keys.set(key, mark);
      }
    });
  }
}

function isEmptyScalar(node: ParsedNode): boolean {
  return isScalar(node) && node.source === '' && (node.type === 'PLAIN' || node.type === undefined);
}

/** Tags and anchors in front of a node belong to it. */
function firstOffset(node: ParsedNode, otherwise: number): number {
  return isEmptyScalar(node) ? otherwise : node.range[0];
}

/** Some messages of the package end in a piece of the text, or have a tag in them: what cannot be read may be a secret. */
function withoutSource(message: string): string {
  return message.replace(/: .*$/s, '').replaceAll(/!\S+/g, '!…');
}
