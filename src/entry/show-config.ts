import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseSettings, settingsFiles, settingsToFile, type ParsedSettings } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import { defaultSettings } from '../settings.ts';
import { line } from '../report/escape.ts';
import type { CliOptions } from './cli.ts';
import { checkIndex } from './checks.ts';

/** Settings of a folder, and the file they were read from; none when there is no file. */
export interface FoundSettings extends ParsedSettings {
  file?: string;
}

/**
 * Reads the settings below `folder`.
 * @param given a file named on the command line; it must exist
 */
export async function readSettings(folder: string, given?: string): Promise<FoundSettings> {
  for (const file of given === undefined ? settingsFiles : [given]) {
    const text = await textOf(given === undefined ? join(folder, file) : file);
    if (text !== undefined) return { ...parseSettings(text, file, await checkIndex()), file };
  }
  if (given !== undefined)
    throw new PlimsollError(
      'settings-missing',
      `There is no settings file ${given}.`,
      'Name an existing file, or leave --config out.',
      { file: given },
    );
  return { settings: defaultSettings, problems: [] };
}

/** What `plimsoll config` prints: the effective settings, or what is wrong with the file. */
export async function showConfig(path: string, given: CliOptions): Promise<{ text: string; valid: boolean }> {
  const found = await readSettings(path, given.config);
  const valid = found.problems.length === 0;
  if (given.format === 'json')
    return {
      text: `${JSON.stringify({ file: found.file ?? null, problems: found.problems, settings: settingsToFile(found.settings) }, null, 2)}\n`,
      valid,
    };
  if (!valid)
    return {
      text: found.problems
        .map(
          (one) =>
            `${line(`${one.file ?? ''}${one.line === undefined ? '' : `:${one.line}`}: ${one.message}`, 1000)}\n  ${line(one.hint, 1000)}\n`,
        )
        .join(''),
      valid,
    };
  const origin =
    found.file === undefined
      ? `No ${settingsFiles[0]}: these are the defaults.`
      : `Effective settings; from ${found.file}, defaults filled in.`;
  return { text: `# ${origin}\n${stringify(settingsToFile(found.settings))}`, valid };
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
