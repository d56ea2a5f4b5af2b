import { tokens, type ActionPart, type TemplatePart, type Token } from './template-lexer.ts';

/** Pipeline stages that only lay text out: what goes through them is still printed line by line. */
const layout = new Set(['nindent', 'indent', 'trim', 'trimSuffix', 'trimPrefix', 'trimAll', 'toString']);

/** An include or template call, and whether its text is printed as lines of its own. */
interface Call {
  name: string;
  asLines: boolean;
}

/** A parsed file: its parts and, for each part, the define it stands in (undefined at top level). */
export interface TemplateFile {
  path: string;
  source: string;
  parts: readonly TemplatePart[];
  defines: readonly (string | undefined)[];
}

/** Which define each part stands in. Blocks define and print at once; they count as their define. */
export function definesOf(parts: readonly TemplatePart[]): (string | undefined)[] {
  const open: { define: string | undefined }[] = [];
  return parts.map((part) => {
    const inside = open.at(-1)?.define;
    if (part.type === 'text') return inside;
    if (part.kind === 'define' || part.kind === 'block') open.push({ define: firstString(part) });
    else if (part.kind === 'if' || part.kind === 'with' || part.kind === 'range') open.push({ define: inside });
    else if (part.kind === 'end') open.pop();
    return inside;
  });
}

/**
 * The defines whose text is used as a value somewhere (compared, assigned, hashed, quoted, printed inside a line), and all that they
 * include in turn: a mark in them would change what the chart computes.
 */
export function valueDefines(files: readonly TemplateFile[]): Set<string> {
  const values = new Set<string>();
  const includes = new Map<string, Set<string>>();
  for (const file of files)
    file.parts.forEach((part, index) => {
      if (part.type === 'text') return;
      for (const call of callsOf(file, index, part)) {
        if (!call.asLines) values.add(call.name);
        const caller = file.defines[index];
        if (caller === undefined) continue;
        const known = includes.get(caller) ?? new Set();
        includes.set(caller, known.add(call.name));
      }
    });
  const waiting = [...values];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
    for (const inner of includes.get(name) ?? [])
      if (!values.has(inner)) {
        values.add(inner);
        waiting.push(inner);
      }
  return values;
}

function callsOf(file: TemplateFile, index: number, action: ActionPart): Call[] {
  if (action.kind === 'comment' || action.kind === 'define') return [];
  const words = tokens(action.body);
  if (action.kind === 'template' || action.kind === 'block')
    return [{ name: firstString(action) ?? '', asLines: standsAlone(file, index) }];
  return words.flatMap((word, at) => {
    const name = words[at + 1];
    if (word.text !== 'include' || word.type !== 'word' || name?.type !== 'string') return [];
    return [{ name: name.text, asLines: action.kind === 'print' && at === 0 && printsLines(words, file, index) }];
  });
}

/** Whether the pipeline `include … | stages` prints lines that are its own. */
function printsLines(words: readonly Token[], file: TemplateFile, index: number): boolean {
  const stages: string[] = [];
  let depth = 0;
  words.forEach((word, at) => {
    if (word.type === 'open') depth++;
    else if (word.type === 'close') depth--;
    else if (word.type === 'pipe' && depth === 0) stages.push(words[at + 1]?.text ?? '');
  });
  if (!stages.every((stage) => layout.has(stage))) return false;
  return stages.includes('nindent') ? endsLine(file, index) : standsAlone(file, index);
}

/** Nothing else is printed on the action's line: only white space, and actions that print nothing. */
function standsAlone(file: TemplateFile, index: number): boolean {
  return startsLine(file, index) && endsLine(file, index);
}

function startsLine(file: TemplateFile, index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const part = file.parts[at];
    if (part === undefined) break;
    if (part.type === 'action') {
      if (part.kind === 'print' || part.kind === 'template') return false;
      continue;
    }
    const text = file.source.slice(part.start, part.end);
    const lastBreak = text.lastIndexOf('\n');
    if (text.slice(lastBreak + 1).trim() !== '') return false;
    if (lastBreak !== -1) return true;
  }
  return true;
}

function endsLine(file: TemplateFile, index: number): boolean {
  for (let at = index + 1; at < file.parts.length; at++) {
    const part = file.parts[at];
    if (part === undefined) break;
    if (part.type === 'action') {
      if (part.kind === 'print' || part.kind === 'template') return false;
      continue;
    }
    const text = file.source.slice(part.start, part.end);
    const firstBreak = text.indexOf('\n');
    if ((firstBreak === -1 ? text : text.slice(0, firstBreak)).trim() !== '') return false;
    if (firstBreak !== -1) return true;
  }
  return true;
}

function firstString(action: ActionPart): string | undefined {
  return tokens(action.body).find((token) => token.type === 'string')?.text;
}
