import { readBlock } from '../manifest/block-reader.ts';
import { documentsOf } from '../manifest/documents.ts';
import type { Json, JsonMap } from '../model.ts';

/** One document of a stream, with its position among all of them. */
export interface YamlDocument {
  index: number;
  value: JsonMap;
}

/**
 * The mappings of a stream, read as Kubernetes reads them. Documents with faults are left out: whoever renders the file
 * reports those; what is read here only decides what to render.
 */
export function mappingsOf(text: string): YamlDocument[] {
  const whole = plainMapping(text);
  if (whole !== undefined) return [{ index: 0, value: whole }];
  const documents = documentsOf(text.replace(/^\uFEFF/, ''), {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return documents.flatMap((document, index) => {
    if (document.errors.length > 0) return [];
    const value = plain(() => document.toJS({ maxAliasCount: 1000 }) as unknown);
    return isMap(value) ? [{ index, value }] : [];
  });
}

/** The first mapping of a text; undefined when it holds none that can be read. */
export function mappingOf(text: string): JsonMap | undefined {
  return mappingsOf(text)[0]?.value;
}

/** More than one document, or characters (but for tabs and line feeds, no control characters) that its reader leaves to the full one. */
const unusual = /[[\p{Cc}\u2028\u2029\ufeff]--[\t\n]]|^(?:---|\.\.\.|%)/mv;

/** One document in the subset of YAML that most charts and kustomizations keep to, read in a fraction of the time. */
function plainMapping(text: string): JsonMap | undefined {
  const body = text.startsWith('---\n') ? text.slice('---\n'.length) : text;
  if (unusual.test(body)) return undefined;
  const value = readBlock(body.endsWith('\n') ? body : `${body}\n`, false)?.value;
  return isMap(value) ? value : undefined;
}

/** Alias bombs throw; such a document is not one we can learn anything from. */
function plain(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a mapping; an empty one when it is something else. */
export function mapOf(value: Json | undefined): JsonMap {
  return isMap(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** The texts of a list; a single text counts as a list of one. */
export function textsOf(value: Json | undefined): string[] {
  return typeof value === 'string'
    ? [value]
    : listOf(value).flatMap((item) => (typeof item === 'string' ? [item] : []));
}
