/** The `replacements` of a kustomization: which of them writes into a field, and from where. */
import type { Json, JsonMap } from '../../model.ts';
import { listOf, mapOf, textOf, textsOf } from '../yaml.ts';
import { scalarText, type Step } from './field.ts';
import { selects, type Subject } from './subject.ts';
import type { Place, Source } from './sources.ts';

export interface Replacement {
  /** The field path, or the value, in the replacement. */
  place: Place;
  /** A value that the replacement itself holds. */
  own?: Json;
  /** The field of another object that it copies. */
  source?: { target: JsonMap; fieldPath: string[] };
  /** It puts in only a part of the value. */
  partly: boolean;
}

/** The replacements in `list` (at `at` in the source) that write the field. */
export function replacementsOf(
  source: Source,
  list: Json,
  at: string[],
  subject: Subject,
  steps: readonly Step[],
): Replacement[] {
  return listOf(list).flatMap((item, index) => {
    const replacement = mapOf(item);
    return listOf(replacement.targets).flatMap((entry, targetIndex): Replacement[] => {
      const target = mapOf(entry);
      const excluded = listOf(target.reject).some((one) => selects(mapOf(one), subject));
      if (excluded || !selects(mapOf(target.select), subject)) return [];
      const fields = textsOf(target.fieldPaths);
      const field = fields.findIndex((one) => leadsTo(fieldTokens(one), steps));
      const path = [...at, index, 'targets', targetIndex, 'fieldPaths', field];
      const ownPath = [...at, index, 'sourceValue'];
      const own = replacement.sourceValue;
      const place = own === undefined ? source.find(path) : source.find(ownPath);
      if (field < 0 || place === undefined) return [];
      const from = mapOf(replacement.source);
      const options = [mapOf(target.options), mapOf(from.options)];
      const partly = options.some((one) => textOf(one.delimiter) !== '');
      if (own !== undefined) return [{ place, own, partly }];
      return [
        { place, partly, source: { target: from, fieldPath: fieldTokens(textOf(from.fieldPath) || 'metadata.name') } },
      ];
    });
  });
}

/** The steps of a field path: `spec.containers.[name=web].image`; dots inside brackets and after a backslash belong to the step. */
export function fieldTokens(path: string): string[] {
  const tokens = [''];
  const lastBracket = path.lastIndexOf(']');
  const add = (text: string): void => void tokens.push(`${tokens.pop() ?? ''}${text}`);
  for (let at = 0; at < path.length; at += 1) {
    const character = path.charAt(at);
    if (character === '.') tokens.push('');
    else if (character === '\\') {
      at += 1;
      add(path.charAt(at));
    } else if (character === '[' && at < lastBracket) {
      const end = path.indexOf(']', at);
      add(path.slice(at, end + 1).replaceAll(/\\(.)/g, '$1'));
      at = end;
    } else add(character);
  }
  return tokens.filter((token) => token !== '');
}

function leadsTo(tokens: readonly string[], steps: readonly Step[]): boolean {
  return (
    tokens.length === steps.length &&
    tokens.every((token, depth) => {
      const step = steps[depth];
      if (step === undefined) return false;
      if ('key' in step) return step.key === token;
      const named = /^\[([^=\]]+)=(.*)\]$/.exec(token);
      if (named !== null) return scalarText(mapOf(step.item)[named[1] ?? '']) === named[2] || step.item === named[2];
      return token === '*' || token === String(step.index);
    })
  );
}
