import type { Check, OptionSpec } from './check.ts';
import type { Problem } from './model.ts';
import { nearestName } from './nearest.ts';
import { lockableKeys } from './settings-layers.ts';
import { patternFault } from './subjects/pattern.ts';
import type { WrittenSettings } from './settings-schema.ts';

/**
 * What no schema sees in a settings file: checks that do not exist, options that they do not take, keys that cannot be locked.
 * @param known checks by id
 * @param problem makes a problem of the place in the file, the message and the hint
 */
export function settingsFaults(
  raw: WrittenSettings,
  known: ReadonlyMap<string, Check>,
  problem: (where: PropertyKey[], message: string, hint: string) => Problem,
): Problem[] {
  const problems: Problem[] = [];
  for (const [index, key] of raw.locked.entries())
    if (!lockableKeys.includes(key) && !(key.startsWith('checks.') && known.has(key.slice('checks.'.length))))
      problems.push(
        problem(
          ['locked', index],
          `"${key}" cannot be locked.`,
          `Can be locked: ${lockableKeys.join(', ')}, checks.ID.`,
        ),
      );
  for (const { where, id } of unknownChecks(raw, known))
    problems.push(
      problem(where, `There is no check "${id}".`, `${nearest(id, known)}"plimsoll checks" lists all of them.`),
    );
  for (const [id, setting] of Object.entries(raw.checks)) {
    const check = known.get(id);
    if (check === undefined || typeof setting !== 'object') continue;
    for (const [name, value] of Object.entries(setting.options ?? {})) {
      const fault = optionFault(check.options?.[name], value);
      if (fault !== undefined)
        problems.push(
          problem(
            ['checks', id, 'options', name],
            `Option "${name}" of check "${id}" ${fault}.`,
            `Options of this check: ${keysOf(check.options ?? {})}.`,
          ),
        );
    }
  }
  return problems;
}

function* unknownChecks(
  raw: WrittenSettings,
  known: ReadonlyMap<string, Check>,
): Generator<{ where: PropertyKey[]; id: string }> {
  for (const id of Object.keys(raw.checks)) if (!known.has(id)) yield { where: ['checks', id], id };
  for (const [index, one] of raw.waivers.entries())
    if (!/[*?[{]/.test(one.check) && !known.has(one.check)) yield { where: ['waivers', index, 'check'], id: one.check };
}

/** What is wrong with the value of an option, as the end of a sentence that begins with its name; undefined when nothing is. */
export function optionFault(option: OptionSpec | undefined, value: unknown): string | undefined {
  if (option === undefined) return 'does not exist';
  if (option.type === 'strings') return Array.isArray(value) ? itemFault(option, value) : 'must be a list of strings';
  if (typeof value !== option.type) return `must be a ${option.type}`;
  if (option.type === 'string' && option.values !== undefined && !option.values.includes(value as string))
    return `must be one of ${option.values.join(', ')}`;
  if (
    option.type === 'number' &&
    (Number(value) < (option.min ?? -Infinity) || Number(value) > (option.max ?? Infinity))
  )
    return `must lie between ${option.min ?? 'any'} and ${option.max ?? 'any'}`;
  return undefined;
}

function itemFault(
  { patterns }: Extract<OptionSpec, { type: 'strings' }>,
  items: readonly unknown[],
): string | undefined {
  if (patterns !== true) return undefined;
  for (const item of items) {
    const fault = patternFault(String(item));
    if (fault !== undefined) return `has an item whose regular expression ${fault}`;
  }
  return undefined;
}

/** For messages: the keys of an object. */
export function keysOf(value: object): string {
  return Object.keys(value).join(', ') || 'none';
}

function nearest(id: string, known: ReadonlyMap<string, Check>): string {
  // Cut: the time it takes grows with the length, and the name is a stranger's.
  const name = nearestName(id.slice(0, 100), known.keys());
  return name === undefined ? '' : `Did you mean "${name}"? `;
}
