import type { Check } from './check.ts';
import { parseSettings, settingsFiles, type ParsedSettings } from './config.ts';
import { PlimsollError } from './errors.ts';
import type { Notice, Problem } from './model.ts';
import { mergeLayers, type Layer, type MergedSettings } from './settings-layers.ts';
import type { Settings } from './settings.ts';

/** A repository's settings with what they inherit, and what is wrong with either. */
export interface EffectiveSettings {
  settings: Settings;
  problems: Problem[];
  notices: Notice[];
  origins: MergedSettings['origins'];
}

/** The file that settings inherit from: text, and how people call it. */
export interface ExtendedFile {
  name: string;
  text: string;
}

/** The repository whose settings others of the same owner may inherit. */
export const extendedRepository = '.github';

/**
 * Adds what `extends` names to a repository's own settings. Anything wrong with the inherited file is a problem: a repository
 * that means to follow its organisation must not be judged by less without a word.
 *
 * @param own the repository's file, read
 * @param repository whose settings they are; only files of the same owner are inherited
 * @param read the text of the owner's file; undefined when there is none, or it may not be read
 */
export async function inherit(
  own: ParsedSettings & { file: string },
  repository: { owner: string; repo: string },
  known: ReadonlyMap<string, Check>,
  read: (owner: string) => Promise<string | undefined>,
): Promise<EffectiveSettings> {
  const asked = own.layer?.extends;
  if (asked === undefined) return withInherited(own, undefined, known);
  const name = `${repository.owner}/${extendedRepository}`;
  const owner = asked.includes('/') ? asked.split('/')[0] : repository.owner;
  if (owner?.toLowerCase() !== repository.owner.toLowerCase())
    return refused(own, {
      code: 'settings-extends-owner',
      message: `"extends" names ${asked}, but only ${name} can be inherited from: settings of other owners are not trusted.`,
      hint: `Write "extends: ${extendedRepository}".`,
    });
  if (repository.repo.toLowerCase() === extendedRepository)
    return refused(own, {
      code: 'settings-extends-loop',
      message: `"extends" in ${name} names itself.`,
      hint: 'Delete "extends" there: other repositories inherit from this file.',
    });
  const text = await read(repository.owner);
  if (text === undefined)
    return refused(own, {
      code: 'settings-extends-missing',
      message: `The settings inherit from ${name}, which has no ${settingsFiles[0]} or may not be read.`,
      hint: `Add the file to the default branch of ${name}, and let Plimsoll read that repository's contents.`,
    });
  return withInherited(own, { name, text }, known);
}

/** The settings of a file over those of another that is at hand. */
export function withInherited(
  own: ParsedSettings & { file: string },
  extended: ExtendedFile | undefined,
  known: ReadonlyMap<string, Check>,
): EffectiveSettings {
  if (extended === undefined)
    return { ...mergeLayers(undefined, layerOf(own, own.file)), settings: own.settings, problems: own.problems };
  const theirs = parseSettings(extended.text, extended.name, known);
  const faults = [
    ...theirs.problems,
    ...(theirs.layer?.extends === undefined
      ? []
      : [
          new PlimsollError(
            'settings-extends-loop',
            'An inherited file must not inherit itself.',
            'Delete "extends" there.',
          ).toProblem(),
        ]),
  ];
  const merged = mergeLayers(layerOf(theirs, extended.name), layerOf(own, own.file));
  return { ...merged, problems: [...own.problems, ...faults.map((fault) => elsewhere(fault, extended.name))] };
}

/** A problem of a file that is not in this repository: the place goes into the words, since nothing here can be marked. */
function elsewhere({ code, message, hint, line }: Problem, name: string): Problem {
  return { code, message: `In ${name}${line === undefined ? '' : `, line ${line}`}: ${message}`, hint };
}

function refused(own: ParsedSettings & { file: string }, problem: Problem): EffectiveSettings {
  const { settings, origins } = withInherited(own, undefined, new Map());
  return { settings, origins, notices: [], problems: [...own.problems, { ...problem, file: own.file }] };
}

/** A file with faults writes nothing: its settings are the defaults. */
function layerOf({ settings, layer }: ParsedSettings, name: string): Layer {
  return { name, settings, written: layer?.written ?? [], locked: layer?.locked ?? [] };
}
