/** Which values a template line reads: the `.Values` paths of its actions, through `with`, `range`, variables and arguments. */
import { tokens, type ActionPart } from './template-lexer.ts';
import type { TemplateFile } from './value-uses.ts';

/** Path inside the chart's values. `*` stands for any item of a list or entry of a mapping that `range` walks over. */
export type ValuesPath = readonly string[];

/** What an action reads, and with what the line names it. */
export interface Reference {
  path: ValuesPath;
  /** The line (from 1) of the action that reads it. */
  line: number;
}

/** For each action of a file, the values it reads. */
export interface FileReferences {
  /** References of the actions on a line, in reading order. */
  on(line: number): readonly Reference[];
  /** References of the `with`, `if` and `range` that enclose a line, innermost first. */
  around(line: number): readonly Reference[];
}

interface Scope {
  kind: ActionPart['kind'];
  /** What the dot stands for: a values path, the root, or unknown. */
  dot: ValuesPath | 'root' | undefined;
  references: Reference[];
  from: number;
}

/** Reads the references of one template. */
export function referencesOf(file: TemplateFile): FileReferences {
  const byLine = new Map<number, Reference[]>();
  const blocks: { from: number; to: number; references: Reference[] }[] = [];
  const open: Scope[] = [{ kind: 'define', dot: 'root', references: [], from: 0 }];
  const variables = new Map<string, ValuesPath[]>();
  for (const part of file.parts) {
    if (part.type === 'text' || part.kind === 'comment') continue;
    const scope = open.at(-1);
    const found = pathsIn(part.body, scope?.dot, variables).map((path) => ({ path, line: part.line }));
    const lines = part.body.split('\n').length;
    for (let line = part.line; line < part.line + lines; line++)
      byLine.set(line, [...(byLine.get(line) ?? []), ...found]);
    switch (part.kind) {
      case 'with':
        open.push({ kind: part.kind, dot: found[0]?.path, references: found, from: part.line });
        break;
      case 'range':
        open.push({
          kind: part.kind,
          dot: found[0] === undefined ? undefined : [...found[0].path, '*'],
          references: found,
          from: part.line,
        });
        bindRange(part.body, found[0]?.path, variables);
        break;
      case 'if':
        open.push({ kind: part.kind, dot: scope?.dot, references: found, from: part.line });
        break;
      case 'define':
      case 'block':
        open.push({ kind: part.kind, dot: 'root', references: [], from: part.line });
        break;
      case 'end': {
        const closed = open.length > 1 ? open.pop() : undefined;
        if (closed !== undefined && closed.references.length > 0)
          blocks.push({ from: closed.from, to: part.line, references: closed.references });
        break;
      }
      case 'assign': {
        const name = /^\$\w*/.exec(part.body)?.[0];
        if (name !== undefined)
          variables.set(
            name,
            found.map(({ path }) => path),
          );
        break;
      }
      default:
        break;
    }
  }
  return {
    on: (line) => byLine.get(line) ?? [],
    around: (line) =>
      blocks
        .filter(({ from, to }) => from <= line && line <= to)
        .sort((a, b) => b.from - a.from)
        .flatMap(({ references }) => references),
  };
}

function bindRange(body: string, path: ValuesPath | undefined, variables: Map<string, ValuesPath[]>): void {
  const names = /^range\s+(\$\w+)(?:\s*,\s*(\$\w+))?\s*:=/.exec(body);
  const value = names?.[2] ?? names?.[1];
  if (value !== undefined && path !== undefined) variables.set(value, [[...path, '*']]);
}

/** The values paths a pipeline reads, in reading order. */
export function pathsIn(
  body: string,
  dot: ValuesPath | 'root' | undefined,
  variables: ReadonlyMap<string, readonly ValuesPath[]>,
): ValuesPath[] {
  const found: ValuesPath[] = [];
  const words = tokens(body);
  words.forEach((token, index) => {
    if (token.type !== 'word') return;
    const word = token.text.replace(/[,)]+$/, '');
    const values = /(?:^|\.)Values((?:\.\w+)*)$/.exec(word);
    if (values !== null) {
      found.push(withIndexArguments(fieldsOf(values[1] ?? ''), words[index - 1]?.text, words.slice(index + 1)));
      return;
    }
    const variable = /^(\$\w+)((?:\.\w+)*)$/.exec(word);
    if (variable !== null) {
      for (const path of variables.get(variable[1] ?? '') ?? []) found.push([...path, ...fieldsOf(variable[2] ?? '')]);
      return;
    }
    if (dot === undefined || dot === 'root') return;
    if (word === '.') found.push(dot);
    else if (/^(?:\.\w+)+$/.test(word)) found.push([...dot, ...fieldsOf(word)]);
  });
  return found;
}

/** `index .Values.images "api" "tag"` reads a path too. */
function withIndexArguments(
  path: string[],
  before: string | undefined,
  after: readonly { type: string; text: string }[],
): string[] {
  if (before !== 'index' && before !== 'get') return path;
  const extra: string[] = [];
  for (const token of after) {
    if (token.type !== 'string') break;
    extra.push(token.text);
  }
  return [...path, ...extra];
}

function fieldsOf(text: string): string[] {
  return text.split('.').filter((field) => field !== '');
}
