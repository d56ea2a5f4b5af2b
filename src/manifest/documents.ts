import { parseAllDocuments, type Document, type DocumentOptions, type ParseOptions, type SchemaOptions } from 'yaml';

/**
 * The documents of a text as the `yaml` package reads them; none where it gives up on the whole: a scalar of some megabytes can be
 * more than the stack of its patterns holds.
 */
export function documentsOf(text: string, options: ParseOptions & DocumentOptions & SchemaOptions): Document.Parsed[] {
  try {
    const documents = parseAllDocuments(text, options);
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
