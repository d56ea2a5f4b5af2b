import type { Json } from '../model.ts';
import { keptFor } from './kept.ts';
import { absent } from './values.ts';

/** A key that must be there, with the pattern its value must match. */
export interface WantedKey {
  key: string;
  pattern: string;
}

/** Reads `key`, `key=pattern` and `Kind:key=pattern` of an option; those for other kinds are left out. */
export function wantedKeys(option: unknown, kind: string): readonly WantedKey[] {
  if (!Array.isArray(option)) return [];
  const all = readOption(option);
  return all.every(({ of }) => of === undefined) ? all : all.filter(({ of }) => of === undefined || of === kind);
}

const readOption = keptFor((option: readonly unknown[]): readonly (WantedKey & { of: string | undefined })[] =>
  option.flatMap((item) => {
    const [, of, key = '', pattern = '*'] = /^(?:([A-Z]\w*):)?([^=]+)(?:=(.*))?$/.exec(String(item)) ?? [];
    return key === '' ? [] : [{ of, key, pattern }];
  }),
);

/** What a value is not, that does not match: for sentences about its key. */
export function lackOf(value: Json | undefined, { pattern }: WantedKey): string {
  if (absent(value)) return 'is missing';
  return typeof value === 'string' ? `must match ${pattern}` : 'must be text: quote its value';
}
