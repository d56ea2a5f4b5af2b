import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import { PlimsollError } from '../../errors.ts';
import type { Problem, Tree } from '../../model.ts';

/** What a scan reads; a `Tree` is one. */
export type ScannedTree = Pick<Tree, 'entries' | 'read'>;

/**
 * Ends a render before any tool runs, with the problems that a scan found. It is there for the good error message:
 * isolation does not rest on it.
 */
export function refuse([problem, ...also]: readonly Problem[]): void {
  if (problem !== undefined) throw errorOf(problem, also.slice(0, mostNamed - 1));
}

/** Problems of one unit that are named; the rest comes up once these are mended. */
const mostNamed = 20;

/** A tool's failure, behind what was kept from the tool and is likely the cause. */
export function withCauses(failure: PlimsollError, problems: readonly Problem[]): PlimsollError {
  const [cause, ...also] = problems.slice(0, mostNamed);
  return cause === undefined ? failure : errorOf(cause, [...also, failure.toProblem()], failure);
}

function errorOf({ code, message, hint, file, line }: Problem, also: readonly Problem[], cause?: Error): PlimsollError {
  return new PlimsollError(code, message, hint, {
    also,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Settings files beyond this are left to the tool in its jail: reading them here could take long. */
const largestScanned = 256 * 2 ** 10;

/** A YAML or JSON file that knows its lines. */
export interface ScannedFile {
  file: string;
  documents: Document[];
  lineOf(node: unknown): number | undefined;
}

/** Reads a file; undefined when it is missing, too large, or no YAML (the tool says so better). */
export async function scanFile(tree: ScannedTree, file: string): Promise<ScannedFile | undefined> {
  const bytes = await tree.read(file);
  if (bytes === undefined || bytes.length > largestScanned) return undefined;
  return scanText(file, bytes.toString('utf8'));
}

/** The same for text at hand. `firstLine`: where it stands in the file. */
export function scanText(file: string, text: string, firstLine = 1): ScannedFile | undefined {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, merge: true, logLevel: 'silent' });
  const documents = Array.isArray(parsed) ? (parsed as Document[]) : [];
  if (documents.some((document) => document.errors.length > 0)) return undefined;
  return {
    file,
    documents,
    lineOf(node) {
      const start = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
      return start === undefined ? undefined : lines.linePos(start).line + firstLine - 1;
    },
  };
}

/** The value of a key, aliases followed; undefined when there is none. */
export function valueOf(document: Document, node: unknown, key: string): Node | undefined {
  const map = followed(document, node);
  return isMap(map) ? (followed(document, map.get(key, true)) as Node | undefined) : undefined;
}

/** The items of a sequence, aliases followed; none when it is none. */
export function itemsOf(document: Document, node: unknown): Node[] {
  const list = followed(document, node);
  return isSeq(list) ? list.items.map((item) => followed(document, item) as Node) : [];
}

/** The text of a string scalar. */
export function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

const followed = (document: Document, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

/** Text of a repository inside a message: bounded, and without the credentials of a URL. Writers escape it further. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/\/\/[^/@\s]+@/g, '//').slice(0, 120)}"`;
}
