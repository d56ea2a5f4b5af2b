import type { ManifestDocument, ParsedStream } from '../manifest/parse.ts';
import type { Json, JsonMap } from '../model.ts';
import { isMap } from './yaml.ts';

/** A document, or an item of a list, that is no Kubernetes object and so was not judged. */
export interface LeftOut {
  /** From 1, in the text that was read. */
  line: number;
  reason: string;
}

/** What of a stream is no object, in the order of its lines; kubectl refuses each of them. */
export function leftOut({ documents, strays }: Pick<ParsedStream, 'documents' | 'strays'>): LeftOut[] {
  const found = strays.map(({ line, type }) => ({
    line,
    reason: `a document is a ${type === 'list' ? 'list' : 'single value'}, not an object`,
  }));
  for (const document of documents) found.push(...faultsOf(document.value, document, [], undefined, 0));
  return found.sort((a, b) => a.line - b.line);
}

/** Whether a stream holds an object at all: text of any other kind can be YAML too. */
export function holdsObject({ documents }: Pick<ParsedStream, 'documents'>): boolean {
  return documents.some(({ value }) => typeof value.apiVersion === 'string' && typeof value.kind === 'string');
}

function faultsOf(
  value: Json,
  document: ManifestDocument,
  path: (string | number)[],
  listKind: string | undefined,
  depth: number,
): LeftOut[] {
  const fault = (reason: string): LeftOut[] => [{ line: document.locate(path).startLine, reason }];
  if (!isMap(value)) return fault('an item of a list of objects is no object');
  const kind = typeof value.kind === 'string' && value.kind !== '' ? value.kind : (listKind ?? '');
  // Items of a typed list (`DeploymentList`) leave kind and version to the list.
  const versioned = isText(value, 'apiVersion') || listKind !== undefined;
  if (kind === '') return fault(versioned ? 'an object has an apiVersion and no kind' : 'a document has no kind');
  if (!versioned) return fault(`an object of kind ${kind} has no apiVersion`);
  if (!kind.endsWith('List') || !Array.isArray(value.items)) return [];
  if (depth >= 8) return fault('lists of objects lie in one another more than 8 deep');
  const inherited = kind === 'List' ? undefined : kind.replace(/List$/, '');
  return (value.items as Json[]).flatMap((item, index) =>
    faultsOf(item, document, [...path, 'items', index], inherited, depth + 1),
  );
}

function isText(value: JsonMap, key: string): boolean {
  return typeof value[key] === 'string' && value[key] !== '';
}
