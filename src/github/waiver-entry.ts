import { Document, isSeq, parseDocument } from 'yaml';
import { spliced } from '../analyze/suggest/splice.ts';
import { yamlText, type YamlChange } from '../analyze/suggest/yaml-text.ts';
import { PlimsollError } from '../errors.ts';
import type { Json, Path } from '../model.ts';

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
  const kept = inserted(text, isSeq(waivers) ? waivers.items.length : 0, entries);
  if (kept !== undefined) return kept;
  // Nothing but comments, say: written anew, comments and values are kept.
  if (isSeq(waivers)) for (const entry of entries) waivers.add(document.createNode(entry));
  else document.set('waivers', document.createNode(entries));
  return document.toString(style);
}

/** The text with the entries put in and every other byte kept; undefined where that cannot be done. */
function inserted(text: string, standing: number, entries: readonly WaiverEntry[]): string | undefined {
  const change = (path: Path, value: Json): YamlChange => ({ op: 'set', place: { document: 0, path }, value });
  const values = entries.map((entry) => ({ ...entry }));
  const changes =
    standing === 0
      ? [change(['waivers'], values)]
      : values.map((value, index) => change(['waivers', standing + index], value));
  const splices = yamlText(text).splices(changes);
  return splices && spliced(text, splices);
}

/** Entries as they are to be added by hand. */
export function waiversYaml(entries: readonly WaiverEntry[]): string {
  return new Document({ waivers: entries }).toString(style);
}
