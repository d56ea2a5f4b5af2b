import { newline, unusual } from './plain-subset.ts';

/** The offset behind the closing quote of the scalar at `at`; scalars of several lines are not of the subset. */
export function quoteEnd(text: string, at: number, quote: number): number {
  for (let end = at + 1; ; end += 1) {
    const code = text.charCodeAt(end);
    if (code === newline || end >= text.length) throw unusual;
    if (code === quote) {
      if (quote === 0x22 || text.charCodeAt(end + 1) !== quote) return end + 1;
      end += 1;
    } else if (code === 0x5c && quote === 0x22) {
      if (text.charCodeAt(end + 1) === newline) throw unusual;
      end += 1;
    }
  }
}

/** What stands between the quotes, which are at `start` and before `end`. */
export function quoted(text: string, start: number, end: number, quote: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (quote === 0x27) return inner.includes("'") ? inner.replaceAll("''", "'") : inner;
  if (!inner.includes('\\')) return inner;
  return inner.replace(
    /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^]))/g,
    (_, wide?: string, narrow?: string, letter?: string) => {
      if (letter !== undefined) {
        const plain = escapes[letter];
        if (plain === undefined) throw unusual;
        return plain;
      }
      const code = parseInt(wide ?? narrow ?? '', 16);
      if (code >= 0xd800 && code <= 0xdfff) throw unusual;
      return String.fromCharCode(code);
    },
  );
}

/** Escapes that every YAML reader knows. */
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
  b: '\b',
  a: '\x07',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '0': '\0',
};
