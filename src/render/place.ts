import type { SourceLocation } from '../model.ts';

/** The location of a fault of which only the file is known. */
export function wholeFile(file: string): SourceLocation {
  return { file, span: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }, precision: 'file', trail: [] };
}
