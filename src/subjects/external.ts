import type { Options } from '../check.ts';
import { matches } from './pattern.ts';
import { textOption } from './values.ts';

/** The option of every check that misses an object: objects that exist, but not in the repository. */
export const externalOption = {
  external: {
    type: 'strings',
    describe: 'Objects that exist outside the repository, as NAME or NAMESPACE/NAME; * stands for any characters.',
    default: [],
  },
} as const;

/** Whether the object is on the check's `external` list. */
export function isExternal(options: Options, namespace: string, name: string): boolean {
  return isListed(options, 'external', namespace, name);
}

/** Whether the option lists the object, as NAME or NAMESPACE/NAME with stars. */
export function isListed(options: Options, option: string, namespace: string, name: string): boolean {
  return listOption(options, option).some((pattern) =>
    pattern.includes('/') ? matches(`${namespace}/${name}`, pattern) : matches(name, pattern),
  );
}

/** An option of type `strings`. */
export function listOption(options: Options, name: string): readonly string[] {
  const value = options[name];
  return textOption(value);
}

/** An option of type `number`. */
export function numberOption(options: Options, name: string): number {
  const value = options[name];
  return typeof value === 'number' ? value : 0;
}
