import {
  LineCounter,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import type { JsonMap, Path, Span } from '../model.ts';

/** One document of a YAML stream that holds a mapping. */
export interface ManifestDocument {
  /** Position among all documents of the stream, from 0. */
  index: number;
  value: JsonMap;
  /** See `Resource.locate`. */
  locate(path: Path): Span;
}

/** What could not be read of a stream. Lines from 1. */
export interface ParseFault {
  line: number;
  message: string;
}

export interface ParsedStream {
  documents: ManifestDocument[];
  faults: ParseFault[];
}

/** Reads a YAML stream as Kubernetes does: YAML 1.1 scalars, merge keys, last of two equal keys wins. */
export function parseManifests(text: string): ParsedStream {
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, { version: '1.1', merge: true, uniqueKeys: false, lineCounter: counter });
  const documents: ManifestDocument[] = [];
  const faults: ParseFault[] = [];
  if (!Array.isArray(parsed)) return { documents, faults };
  parsed.forEach((document, index) => {
    for (const error of document.errors)
      faults.push({ line: counter.linePos(error.pos[0]).line, message: error.message });
    if (document.errors.length > 0) return;
    const value: unknown = document.toJS({ maxAliasCount: 10_000 });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    documents.push({ index, value: value as JsonMap, locate: (path) => locate(document, counter, path) });
  });
  return { documents, faults };
}

function locate(document: Document, counter: LineCounter, path: Path): Span {
  let node: unknown = document.contents;
  let found: Pair | Node | undefined = isMap(node) ? node.items[0] : undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (pair === undefined) break;
      found = pair;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = typeof step === 'number' ? node.items[step] : undefined;
      if (item === undefined) break;
      found = item as Node;
      node = item;
    } else break;
  }
  const start = isPair(found) ? (found.key as Node).range : found?.range;
  const end = isPair(found) ? ((found.value as Node | null)?.range ?? start) : start;
  const from = counter.linePos(start?.[0] ?? 0);
  const to = counter.linePos(end?.[1] ?? 0);
  return { startLine: from.line, startColumn: from.col, endLine: to.line, endColumn: to.col };
}
