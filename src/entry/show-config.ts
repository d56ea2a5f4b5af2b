import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Document, isMap, isScalar, type Pair } from 'yaml';
import { parseSettings, settingsFiles, settingsToFile } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import { withInherited, type EffectiveSettings } from '../inherit.ts';
import { defaultSettings } from '../settings.ts';
import { line } from '../report/escape.ts';
import type { CliOptions } from './cli.ts';
import { checkIndex } from './checks.ts';

/** Settings of a folder, and the file they were read from; none when there is no file. */
export interface FoundSettings extends EffectiveSettings {
  file?: string;
}

/**
 * Reads the settings below `folder`.
 * @param given a file named on the command line; it must exist
 * @param extended a local copy of the organisation's file; what the settings say of it alone cannot be followed from here
 */
export async function readSettings(folder: string, given?: string, extended?: string): Promise<FoundSettings> {
  const known = await checkIndex();
  const inherited =
    extended === undefined ? undefined : { name: extended, text: await existing(extended, '--extends') };
  for (const file of given === undefined ? settingsFiles : [given]) {
    const text = await textOf(given === undefined ? join(folder, file) : file);
    if (text === undefined) continue;
    const own = { ...parseSettings(text, file, known), file };
    const found = { ...withInherited(own, inherited, known), file };
    if (own.layer?.extends !== undefined && inherited === undefined)
      found.notices.push({
        code: 'extends-not-read',
        message: `What ${file} inherits from ${own.layer.extends} is not known here and not applied; name a copy of it with --extends FILE.`,
        file,
      });
    return found;
  }
  if (given !== undefined) await existing(given, '--config');
  if (inherited !== undefined)
    return withInherited({ settings: defaultSettings, problems: [], file: settingsFiles[0] }, inherited, known);
  return { settings: defaultSettings, problems: [], notices: [], origins: {} };
}

/** What `plimsoll config` prints: the effective settings and where each comes from, or what is wrong with the file. */
export async function showConfig(path: string, given: CliOptions): Promise<{ text: string; valid: boolean }> {
  const found = await readSettings(path, given.config, given.extends);
  const { file, problems, notices, origins } = found;
  const valid = problems.length === 0;
  const settings = settingsToFile(found.settings);
  if (given.format === 'json')
    return {
      text: `${JSON.stringify({ file: file ?? null, problems, notices, settings, origins }, null, 2)}\n`,
      valid,
    };
  if (!valid)
    return {
      text: problems
        .map((one) => `${line(`${placeOf(one)}${one.message}`, 1000)}\n  ${line(one.hint, 1000)}\n`)
        .join(''),
      valid,
    };
  const origin =
    file === undefined && given.extends === undefined
      ? `No ${settingsFiles[0]}: these are the defaults.`
      : 'Effective settings; what has no note is the default.';
  const said = notices.map(({ message }) => `# ${line(message, 1000)}\n`).join('');
  return { text: `# ${origin}\n${said}${withOrigins(settings, origins)}`, valid };
}

/** The settings as YAML, each key that a file sets with a note of the file. */
function withOrigins(settings: Record<string, unknown>, origins: EffectiveSettings['origins']): string {
  const document = new Document(settings);
  const annotate = (pair: Pair, key: string): void => {
    const origin = origins[key];
    const note = origin === undefined ? undefined : ` ${line(origin.from, 300)}${origin.locked ? ', locked' : ''}`;
    const inner = isMap(pair.value) && (key === 'checks' || key === 'limits') ? pair.value.items : [];
    for (const one of inner) annotate(one, `${key}.${nameOf(one)}`);
    if (note === undefined) return;
    if (isScalar(pair.value)) pair.value.comment = note;
    else if (isScalar(pair.key)) pair.key.commentBefore = note;
  };
  if (isMap(document.contents)) for (const pair of document.contents.items) annotate(pair, nameOf(pair));
  return document.toString({ lineWidth: 0 });
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function placeOf({ file, line: number }: { file?: string; line?: number }): string {
  return file === undefined ? '' : `${file}${number === undefined ? '' : `:${number}`}: `;
}

async function existing(file: string, option: string): Promise<string> {
  const text = await textOf(file);
  if (text !== undefined) return text;
  throw new PlimsollError(
    'settings-missing',
    `There is no settings file ${file}.`,
    `Name an existing file, or leave ${option} out.`,
    { file },
  );
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
      return undefined;
    throw new PlimsollError(
      'settings-unreadable',
      `${file} cannot be read: ${(error as Error).message}`,
      'Make the file readable.',
      { file, cause: error },
    );
  }
}
