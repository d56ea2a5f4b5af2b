import { Document, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { PlimsollError } from '../errors.ts';

/** One waiver as it stands in the settings file. */
export interface WaiverEntry {
  check: string;
  resource: string;
  path: string;
  reason: string;
  owner: string;
  until?: string;
}

/** Lines are not folded: a reason stays on its line. */
const style = { lineWidth: 0 } as const;

/**
 * The settings with waivers added, comments and all else kept. Throws `settings-invalid` when they cannot be read, or when
 * `waivers` is no list.
 */
export function addWaivers(text: string, file: string, entries: readonly WaiverEntry[]): string {
  const document = parseDocument(text);
  const [fault] = document.errors;
  const waivers = document.contents === null ? undefined : document.get('waivers');
  if (fault !== undefined || (waivers !== undefined && waivers !== null && !isSeq(waivers)))
    throw new PlimsollError(
      'settings-invalid',
      `${file} of the base cannot take a waiver: ${fault === undefined ? '"waivers" is no list' : 'it is not valid YAML'}.`,
      'Mend the settings, then ask again.',
      { file },
    );
  if (isSeq(waivers)) {
    const list: YAMLSeq = waivers;
    // `[]`, with entries written in a row, would be hard to read.
    list.flow = false;
    for (const entry of entries) list.add(document.createNode(entry));
  } else document.set('waivers', document.createNode(entries));
  return document.toString(style);
}

/** Entries as they are to be added by hand. */
export function waiversYaml(entries: readonly WaiverEntry[]): string {
  return new Document({ waivers: entries }).toString(style);
}
