import { str } from './values.ts';

/** A key that must be there, with the pattern its value must match. */
export interface WantedKey {
  key: string;
  pattern: string;
}

/** Reads `key`, `key=pattern` and `Kind:key=pattern` of an option; those for other kinds are left out. */
export function wantedKeys(option: unknown, kind: string): WantedKey[] {
  if (!Array.isArray(option)) return [];
  return option.flatMap((item: unknown) => {
    const [, of, key = '', pattern = '*'] = /^(?:([A-Z]\w*):)?([^=]+)(?:=(.*))?$/.exec(String(item)) ?? [];
    return key === '' || (str(of) ?? kind) !== kind ? [] : [{ key, pattern }];
  });
}
