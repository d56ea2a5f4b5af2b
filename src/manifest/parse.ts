import type { Json, JsonMap, Path, RepeatedKey, Span } from '../model.ts';
import { readBlock } from './block-reader.ts';
import type { ReadDocument } from './plain-subset.ts';
import { holderOf, lineStarts, markAt, spanOf, type Mark } from './mark.ts';
import { ReadFault, readNodes } from './node-reader.ts';
import { isEmpty, normalise, splitStream, type Piece } from './split.ts';

/** One document of a YAML stream that holds a mapping. */
export interface ManifestDocument {
  /** Position among all documents of the stream, from 0. */
  index: number;
  value: JsonMap;
  /** Line on which its content begins (the one after `---`), from 1. */
  line: number;
  /** Comment lines before its first value, without `#` and the space after it: `Source: chart/templates/x.yaml`. */
  comments: string[];
  /** With their paths in the document; a hundred at most. */
  repeated: readonly RepeatedKey[];
  /** See `Resource.locate`. Positions are read when first asked for. */
  locate(path: Path): Span;
}

/** What could not be read of a stream. Lines from 1. */
export interface ParseFault {
  line: number;
  message: string;
  /** Position of the document among all of the stream, from 0. */
  index?: number;
}

export interface ParsedStream {
  documents: ManifestDocument[];
  faults: ParseFault[];
  /** Documents that are neither empty nor mappings: no Kubernetes object, kubectl refuses them. */
  strays: { index: number; line: number; type: 'list' | 'scalar' }[];
}

/** The plain data of one document, as it crosses threads. `mark` only where reading it again would be slow. */
export interface DocumentData {
  index: number;
  value: Json;
  line: number;
  offset: number;
  length: number;
  comments: string[];
  repeated: ReadDocument['repeated'];
  mark?: Mark;
}

export interface StreamData {
  documents: DocumentData[];
  faults: ParseFault[];
}

/**
 * Characters that are not text for go-yaml (control characters), and those that it alone takes for line breaks (U+0085,
 * U+2028, U+2029, a lone carriage return) or skips at the start of a line (U+FEFF): what follows them would be read differently.
 */
const ranges = ['\\u0000-\\u0008', '\\u000b-\\u001f', '\\u007f-\\u009f', '\\u2028\\u2029', '\\ufffe\\uffff'];
const refused = new RegExp(`[${ranges.join('')}]|(?<![^\\n ])\\ufeff`);

/** Reads a YAML stream as Kubernetes does. A fault in one document leaves the others standing. */
export function parseManifests(text: string): ParsedStream {
  const stream = normalise(text);
  return assemble(stream, readStream(stream));
}

/** Reads a normalised stream to plain data. */
export function readStream(stream: string): StreamData {
  const documents: DocumentData[] = [];
  const faults: ParseFault[] = [];
  const suspicious = refused.test(stream) || !stream.isWellFormed();
  splitStream(stream).forEach((piece, index) => {
    try {
      if (suspicious) refuse(piece);
      if (piece.fault !== undefined) {
        faults.push({ ...piece.fault, index });
        return;
      }
      const read = readPiece(piece);
      if (read !== undefined) documents.push({ index, ...read });
    } catch (error) {
      if (!(error instanceof ReadFault)) throw error;
      const whole = piece.header ?? piece;
      const line = whole.line + lineBreaks(stream, whole.offset, whole.offset + error.offset);
      faults.push({ line, message: error.message, index });
    }
  });
  return { documents, faults };
}

function readPiece(piece: Piece): Omit<DocumentData, 'index'> | undefined {
  const { header } = piece;
  if (header === undefined && isEmpty(piece.text)) return undefined;
  const fast = header === undefined ? readBlock(piece.text, false) : undefined;
  const text = (header?.text ?? '') + piece.text;
  const { offset } = header ?? piece;
  const read = fast ?? readNodes(text);
  const data = {
    value: read.value,
    line: piece.line,
    offset,
    length: text.length,
    comments: commentsOf(piece.text),
    repeated: read.repeated,
  };
  return read.mark === undefined ? data : { ...data, mark: read.mark };
}

function refuse(piece: Piece): void {
  const text = (piece.header?.text ?? '') + piece.text;
  const at = refused.exec(text)?.index ?? (text.isWellFormed() ? -1 : text.search(/\p{Surrogate}/u));
  if (at === -1) return;
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  throw new ReadFault(
    `The character U+${code} is not allowed here: Kubernetes would refuse it or read on differently.`,
    at,
  );
}

/** Gives the documents their `locate`, which reads positions from the stream when it is first asked. */
export function assemble(stream: string, data: StreamData): ParsedStream {
  const documents: ManifestDocument[] = [];
  const strays: ParsedStream['strays'] = [];
  for (const { index, value, line, offset, length, comments, repeated, mark } of data.documents) {
    if (value === null) continue;
    if (typeof value !== 'object' || Array.isArray(value)) {
      strays.push({ index, line, type: typeof value === 'object' ? 'list' : 'scalar' });
      continue;
    }
    let place: { mark: Mark; starts: number[]; firstLine: number } | undefined;
    const locate = (path: Path): Span => {
      place ??= {
        mark: rootMark(stream, offset, length, mark),
        starts: lineStarts(stream.slice(offset, offset + length)),
        firstLine: mark === undefined ? line : 1 + lineBreaks(stream, 0, offset),
      };
      return spanOf(markAt(place.mark, path), place.starts, place.firstLine);
    };
    const twice = repeated.length === 0 ? none : repeatedKeys(repeated, rootMark(stream, offset, length, mark));
    documents.push({ index, value: value as JsonMap, line, comments, repeated: twice, locate });
  }
  return { documents, faults: data.faults, strays };
}

const none: readonly RepeatedKey[] = [];

/** The marks of a document: those it came with, else read again. */
function rootMark(stream: string, offset: number, length: number, mark: Mark | undefined): Mark {
  return mark ?? readBlock(stream.slice(offset, offset + length), true)?.mark ?? { start: 0, end: 0 };
}

/** Those whose mapping was itself replaced by a later one are left out: that one is told. */
function repeatedKeys(repeated: ReadDocument['repeated'], root: Mark): RepeatedKey[] {
  const found = new Map<string, RepeatedKey>();
  for (const { key, offset } of repeated.slice(0, mostRepeated)) {
    const holder = holderOf(root, offset);
    const path = [...holder.path, key];
    if (holder.mark.keys?.has(key) === true) found.set(JSON.stringify(path), { key, path });
  }
  return [...found.values()];
}

/** A text may repeat one a million times. */
const mostRepeated = 100;

function commentsOf(text: string): string[] {
  const comments: string[] = [];
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? text.length : end).trim();
    if (line.startsWith('#')) comments.push(line.replace(/^#\s?/, ''));
    else if (line !== '') break;
    from = end === -1 ? text.length : end + 1;
  }
  return comments;
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
