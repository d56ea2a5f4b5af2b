/**
 * Splits a Go template into text and actions, with positions, as `text/template` does: enough to know what prints, what trims
 * and what nests. It never evaluates anything.
 */

/** Literal text between actions, as written (trimming not applied). */
export interface TextPart {
  type: 'text';
  /** Offset in the file, in UTF-16 units. */
  start: number;
  end: number;
}

/** What an action does, as far as its first word tells. */
export type ActionKind =
  | 'print'
  | 'assign'
  | 'define'
  | 'block'
  | 'template'
  | 'if'
  | 'with'
  | 'range'
  | 'else'
  | 'end'
  | 'break'
  | 'continue'
  | 'comment';

/** One `{{ … }}`. */
export interface ActionPart {
  type: 'action';
  kind: ActionKind;
  start: number;
  end: number;
  /** `{{-`: white space before it is trimmed. */
  trimLeft: boolean;
  /** `-}}`: white space after it is trimmed. */
  trimRight: boolean;
  /** The pipeline between the braces, without trim marks and surrounding space, and where it starts. */
  body: string;
  bodyStart: number;
  /** Line of the action's first character, from 1. */
  line: number;
}

export type TemplatePart = TextPart | ActionPart;

/** A template that `text/template` would refuse too; such a file is left as it is. */
export class TemplateSyntaxError extends Error {}

/** Splits the file. Throws `TemplateSyntaxError` for an action that does not end. */
export function lexTemplate(source: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number): number => {
    for (; counted < offset; counted++) if (source.charCodeAt(counted) === 10) line++;
    return line;
  };
  for (;;) {
    const open = source.indexOf('{{', at);
    if (open === -1) break;
    if (open > at) parts.push({ type: 'text', start: at, end: open });
    const action = lexAction(source, open, lineAt(open));
    parts.push(action);
    at = action.end;
  }
  if (at < source.length) parts.push({ type: 'text', start: at, end: source.length });
  return parts;
}

function lexAction(source: string, open: number, line: number): ActionPart {
  // `{{- ` trims only when the dash is followed by white space, so that `{{-1}}` is a number.
  const trimLeft = source[open + 2] === '-' && /\s/.test(source[open + 3] ?? '');
  const from = open + (trimLeft ? 3 : 2);
  const comment = /^\s*\/\*/.exec(source.slice(from, from + 200));
  const close = comment ? endOfComment(source, from + comment[0].length) : endOfAction(source, from);
  const trimRight = source[close - 1] === '-' && /\s/.test(source[close - 2] ?? '');
  const inner = source.slice(from, close - (trimRight ? 1 : 0));
  const body = inner.trim();
  return {
    type: 'action',
    kind: comment ? 'comment' : kindOf(body),
    start: open,
    end: close + 2,
    trimLeft,
    trimRight,
    body,
    bodyStart: from + (inner.length - inner.trimStart().length),
    line,
  };
}

function endOfComment(source: string, from: number): number {
  const end = source.indexOf('*/', from);
  const close = end === -1 ? -1 : source.indexOf('}}', end);
  if (close === -1) throw new TemplateSyntaxError('a comment does not end');
  return close;
}

/** Offset of the closing braces: those inside strings, raw strings and characters do not count. */
function endOfAction(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const character = source[at];
    if (character === '}' && source[at + 1] === '}') return at;
    if (character === '`') {
      at = source.indexOf('`', at + 1);
      if (at === -1) break;
    } else if (character === '"' || character === "'") {
      at = endOfQuoted(source, at, character);
    }
  }
  throw new TemplateSyntaxError('an action does not end');
}

function endOfQuoted(source: string, from: number, quote: string): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === quote) return at;
    else if (source[at] === '\n') break;
  }
  throw new TemplateSyntaxError('a quoted string does not end');
}

function kindOf(body: string): ActionKind {
  const word = /^(define|block|template|if|with|range|else|end|break|continue)\b/.exec(body)?.[1];
  if (word !== undefined) return word as ActionKind;
  return /^\$[\w]*\s*(?:,\s*\$\w+\s*)?:?=(?!=)/.test(body) ? 'assign' : 'print';
}

/** One token of a pipeline. */
export interface Token {
  type: 'word' | 'string' | 'pipe' | 'open' | 'close' | 'other';
  /** As written; a string without its quotes. */
  text: string;
  /** Offset in the pipeline. */
  at: number;
}

const tokenPattern = /\s+|"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'|\||\(|\)|[^\s|()"'`]+/g;

/** The tokens of a pipeline. A field behind a parenthesis (`(…).x`) comes as a word of its own. */
export function tokens(pipeline: string): Token[] {
  return [...pipeline.matchAll(tokenPattern)].flatMap((found): Token[] => {
    const [text] = found;
    const at = found.index;
    if (text.trim() === '') return [];
    if (text.startsWith('"') || text.startsWith('`')) return [{ type: 'string', text: unquote(text), at }];
    if (text === '|') return [{ type: 'pipe', text, at }];
    if (text === '(') return [{ type: 'open', text, at }];
    if (text === ')') return [{ type: 'close', text, at }];
    return [{ type: text.startsWith("'") ? 'other' : 'word', text, at }];
  });
}

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text
    .slice(1, -1)
    .replaceAll(/\\(.)/g, (_, character: string) => ({ n: '\n', t: '\t' })[character] ?? character);
}
