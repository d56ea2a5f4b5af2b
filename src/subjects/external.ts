import type { Options } from '../check.ts';
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
    pattern.includes('/') ? matchesPattern(pattern, `${namespace}/${name}`) : matchesPattern(pattern, name),
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

/** Whether `text` is `pattern`, in which `*` stands for any characters. Takes time linear in the text per star. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return first === text;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
