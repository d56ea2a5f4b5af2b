/**
 * Which values a template line reads: the `.Values` paths of its actions, through `with`, `range`, variables, and what the
 * callers of a define hand to it.
 */
import { evaluate, itemOf, merged, root, type Binding, type Call, type ValuesPath } from './expression.ts';
import type { ActionPart } from './template-lexer.ts';
import type { TemplateFile } from './value-uses.ts';

export type { ValuesPath } from './expression.ts';

/** What an action reads, and where. */
export interface Reference {
  path: ValuesPath;
  /** The line (from 1) of the action that reads it. */
  line: number;
}

/** The values read by a template's top level, or by one define as one of its callers uses it. */
export interface Region {
  /** References of the actions on a line, in reading order. */
  on(line: number): readonly Reference[];
  /** References of the `with`, `if` and `range` that enclose a line, innermost first. */
  around(line: number): readonly Reference[];
  /** What a define is handed by the calls on a line. */
  argument(line: number, define: string): Binding;
}

/** Regions of a chart's templates, each read once. */
export interface References {
  region(file: string, define: string | undefined, dot: Binding): Region | undefined;
}

/** @param files by path relative to the chart */
export function referencesOf(files: ReadonlyMap<string, TemplateFile>): References {
  const known = new Map<string, Region>();
  return {
    region(path, define, dot) {
      const file = files.get(path);
      if (file === undefined) return undefined;
      const key = JSON.stringify([path, define, dot]);
      let region = known.get(key);
      if (region === undefined) known.set(key, (region = readRegion(file, define, dot)));
      return region;
    },
  };
}

interface Scope {
  kind: ActionPart['kind'];
  dot: Binding;
  references: Reference[];
  from: number;
}

interface Block {
  from: number;
  to: number;
  references: Reference[];
}

/** Walks the parts of one region in order: enough to know what the dot and the variables are on each line. */
function readRegion(file: TemplateFile, define: string | undefined, argument: Binding): Region {
  const byLine = new Map<number, Reference[]>();
  const calls = new Map<number, Call[]>();
  const blocks: Block[] = [];
  const open: Scope[] = [];
  const variables = new Map<string, Binding>([['$', argument]]);
  file.parts.forEach((part, index) => {
    if (part.type === 'text' || part.kind === 'comment' || file.defines[index] !== define) return;
    if (part.kind === 'define') return;
    const dot = open.at(-1)?.dot ?? argument;
    const { expression, names } = declared(part.body, part.kind);
    const { result, reads, calls: called } = evaluate(expression, { dot, variables });
    const found = reads.map((path) => ({ path, line: part.line }));
    const last = part.line + part.body.split('\n').length - 1;
    for (let line = part.line; line <= last; line++) {
      byLine.set(line, [...(byLine.get(line) ?? []), ...found]);
      if (called.length > 0) calls.set(line, [...(calls.get(line) ?? []), ...called]);
    }
    const enter = (inner: Binding): void => {
      open.push({ kind: part.kind, dot: inner, references: found, from: part.line });
    };
    switch (part.kind) {
      case 'with':
        enter(result);
        bind(names.at(-1), result, variables);
        break;
      case 'range':
        enter(itemOf(result));
        bind(names.at(-1), itemOf(result), variables);
        break;
      case 'if':
        enter(dot);
        bind(names.at(-1), result, variables);
        break;
      case 'end': {
        const closed = open.pop();
        if (closed !== undefined && closed.references.length > 0)
          blocks.push({ from: closed.from, to: part.line, references: closed.references });
        break;
      }
      case 'else': {
        // `else if` and `else with` read something too; the dot of a plain `else` is that of around.
        const around = open.at(-1);
        if (around === undefined) break;
        around.references.push(...found);
        around.dot = /^else\s+with\b/.test(part.body) ? result : (open.at(-2)?.dot ?? argument);
        break;
      }
      case 'assign':
        assign(part.body, names[0], result, variables);
        break;
      default:
        break;
    }
  });
  const sorted = blocks.sort((a, b) => b.from - a.from);
  return {
    on: (line) => byLine.get(line) ?? [],
    around: (line) => sorted.filter(({ from, to }) => from <= line && line <= to).flatMap((one) => one.references),
    argument: (line, name) =>
      merged((calls.get(line) ?? []).filter((one) => one.name === name).map((one) => one.argument)),
  };
}

/** The dot of a template's top level. */
export const topLevel: Binding = root;

/** An action without its keyword and the variables it declares: `range $i, $x := .Values.list`. */
function declared(body: string, kind: ActionPart['kind']): { expression: string; names: string[] } {
  const keyword = /^(?:else\s+)?(?:if|with|range|else)\b\s*/.exec(body)?.[0] ?? '';
  const rest = kind === 'print' || kind === 'assign' ? body : body.slice(keyword.length);
  const declaration = /^(\$\w*)\s*(?:,\s*(\$\w*)\s*)?:?=(?!=)\s*/.exec(rest);
  if (declaration === null) return { expression: rest, names: [] };
  const names = [declaration[1], declaration[2]].filter((name) => name !== undefined);
  return { expression: rest.slice(declaration[0].length), names };
}

function bind(name: string | undefined, to: Binding, variables: Map<string, Binding>): void {
  if (name !== undefined) variables.set(name, to);
}

/** `:=` declares; `=` in a branch may or may not have happened, so both are kept. */
function assign(body: string, name: string | undefined, to: Binding, variables: Map<string, Binding>): void {
  if (name === undefined) return;
  const before = variables.get(name);
  const again = before !== undefined && !/^\$\w*\s*:=/.test(body);
  variables.set(name, again ? merged([to, before]) : to);
}
