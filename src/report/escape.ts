import { trimEnd } from '../trim.ts';

/**
 * The one escape for everything that came from a repository, by the place it is printed. Nothing printed may make a
 * mention, a link, an image, HTML or a terminal command, or leave the fence it stands in.
 */

/** Longest name or value shown inline; longer ones are cut and say so. */
const inlineLimit = 120;

/**
 * Controls (line breaks and tabs are handled by the callers), bidirectional and zero-width format characters, tags, variation
 * selectors, lone surrogates: all that can make shown text differ from what is there.
 */
const invisible = /(?![\n\t])\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/gu;

const escape = String.fromCharCode(0x1b);
const controlSequence = String.fromCharCode(0x9b);
/** Terminal escape sequences: removed whole, so that their parameters do not stay behind as text. */
const ansi = new RegExp(
  `${escape}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007${escape}]*(?:\u0007|${escape}\\\\)?|[@-Z\\\\-_])|${controlSequence}[0-?]*[ -/]*[@-~]`,
  'g',
);

/** Text with nothing invisible in it; line breaks stay, `\r\n` and `\r` become `\n`. */
export function visible(text: string): string {
  return text.replace(ansi, '').replaceAll(/\r\n?/g, '\n').replace(invisible, '');
}

/** One visible line of at most `limit` characters. */
export function line(text: string, limit = inlineLimit): string {
  const flat = visible(text).replaceAll(/\s+/g, ' ').trim();
  return cut(flat, limit);
}

/** At most `limit` UTF-16 units, never splitting a character, ending in an ellipsis when cut. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A markdown code span holding the text: nothing inside is markup, a mention or a link. Safe in table cells. */
export function code(text: string, limit = inlineLimit): string {
  const shown = line(text, limit);
  if (shown === '') return '';
  const ticks = '`'.repeat(longestRun(shown, '`') + 1);
  const padded = shown.startsWith('`') || shown.endsWith('`') ? ` ${shown} ` : shown;
  // In a table, `\\|` would be an escaped backslash and the end of the cell: the joiner keeps the pipe's own backslash.
  return `${ticks}${padded.replaceAll(/(\\?)\|/g, (_, slash: string) => (slash === '' ? '\\|' : '\\\u2060\\|'))}${ticks}`;
}

/** A fenced block whose fence is longer than any run inside. */
export function fence(text: string, language = ''): string {
  const body = trimEnd(visible(text), '\n');
  const ticks = '`'.repeat(Math.max(3, longestRun(body, '`') + 1));
  return `${ticks}${language}\n${body}\n${ticks}`;
}

/**
 * A sentence of ours with words from a repository in it, as markdown text: every punctuation character that can be markup is
 * escaped, and what GitHub turns into mentions, references or links after rendering is broken by a word joiner.
 */
export function prose(text: string, limit = 2000): string {
  return line(text, limit)
    .replaceAll(/[\\`*_{}[\]()<>#+\-!|~&$^=]/g, '\\$&')
    .replaceAll(/(@|\\#)(?=\S)/g, '$1\u2060')
    .replaceAll(/\b(GH)\\-(?=\d)/gi, '$1\u2060\\-')
    .replaceAll(/:(?=\/\/|[\w.+]*@)/g, ':\u2060')
    .replaceAll(/\b(mailto|xmpp):/gi, '$1\u2060:')
    .replaceAll(/www\./gi, (found) => `${found.slice(0, -1)}\u2060.`)
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** Text inside HTML or XML, attribute values included. XML has no way to write the two last code points of the plane. */
export function html(text: string): string {
  return entities(visible(text).replaceAll(/[\uFFFE\uFFFF]/g, ''));
}

function entities(text: string): string {
  return text.replaceAll(/[&<>"'`=]/g, (character) => `&#${character.codePointAt(0) ?? 32};`);
}

/**
 * Text between HTML tags in markdown, where GitHub still looks for mentions, references and links: escaped, and those
 * broken as in prose.
 */
export function htmlText(text: string, limit = 300): string {
  return entities(
    line(text, limit)
      .replaceAll(/([@#])(?=\S)/g, '$1\u2060')
      .replaceAll(/\b(GH)-(?=\d)/gi, '$1\u2060-')
      .replaceAll(/:(?=\/\/|[\w.+]*@)/g, ':\u2060')
      .replaceAll(/www\./gi, (found) => `${found.slice(0, -1)}\u2060.`),
  );
}

/** Data of a GitHub workflow command (`::error …::DATA`). Rules: actions/toolkit `command.ts`. */
export function commandData(text: string): string {
  return visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of a GitHub workflow command. */
export function commandProperty(text: string): string {
  return commandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A path as part of a URL path: every segment percent-encoded, and what would end a markdown link too. */
export function urlPath(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment.toWellFormed()).replaceAll(
        /[!'()*]/g,
        (one) => `%${(one.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
}

function longestRun(text: string, character: string): number {
  let longest = 0;
  let run = 0;
  for (const one of text) {
    run = one === character ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}

/** The first letter in upper case. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
