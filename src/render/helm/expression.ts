/**
 * What a template expression may stand for, without evaluating it: which values it reads, and what of them a `with`, a
 * `range`, a variable or an include's argument hands on.
 */
import { tokens, type Token } from './template-lexer.ts';

/** Path inside the chart's values. `*` stands for any item of a list or entry of a mapping that `range` walks over. */
export type ValuesPath = readonly string[];

/**
 * What a name may stand for. `root`: what helm hands a template (`.Values`, `.Release` …). `values`: one of these values.
 * `dict`: a mapping (or a list, by position) that the template itself built.
 */
export type Binding =
  | { type: 'root' }
  | { type: 'values'; paths: readonly ValuesPath[] }
  | { type: 'dict'; entries: Readonly<Record<string, Binding>> }
  | { type: 'unknown' };

export const root: Binding = { type: 'root' };
export const unknown: Binding = { type: 'unknown' };

/** A call of a define, and what it is handed as its dot. */
export interface Call {
  name: string;
  argument: Binding;
}

/** What one expression comes to. */
export interface Evaluated {
  result: Binding;
  /** Values it reads, in reading order. */
  reads: ValuesPath[];
  calls: Call[];
}

/** Names in reach of an expression. */
export interface Names {
  dot: Binding;
  variables: ReadonlyMap<string, Binding>;
}

/** Paths beyond this many are not followed: merges of merges grow without bound. */
const mostPaths = 12;

/** Reads a pipeline: `default .Values.a .Values.b | toYaml`. Never throws; what it does not know is `unknown`. */
export function evaluate(pipeline: string, names: Names): Evaluated {
  const reader = new Reader(tokens(pipeline), names);
  return { result: reader.pipeline(), reads: reader.reads, calls: reader.calls };
}

class Reader {
  readonly reads: ValuesPath[] = [];
  readonly calls: Call[] = [];
  readonly #words: readonly Token[];
  readonly #names: Names;
  #at = 0;

  constructor(words: readonly Token[], names: Names) {
    this.#words = words;
    this.#names = names;
  }

  /** Up to the closing parenthesis, or to the end. */
  pipeline(): Binding {
    let piped: Operand | undefined;
    for (;;) {
      const stage = this.#stage(piped);
      piped = { binding: stage };
      const next = this.#words[this.#at];
      if (next?.type !== 'pipe') return stage;
      this.#at += 1;
    }
  }

  #stage(piped: Operand | undefined): Binding {
    const operands: Operand[] = [];
    for (;;) {
      const word = this.#words[this.#at];
      if (word === undefined || word.type === 'pipe' || word.type === 'close') break;
      operands.push(this.#operand(word));
    }
    const [first, ...rest] = operands;
    if (first === undefined) return piped?.binding ?? unknown;
    if (first.word === undefined) return first.binding;
    return this.#apply(first.word, piped === undefined ? rest : [...rest, piped]);
  }

  #operand(word: Token): Operand {
    this.#at += 1;
    if (word.type === 'string') return { binding: unknown, text: word.text };
    if (word.type === 'open') {
      const inner = this.pipeline();
      const close = this.#words[this.#at];
      if (close?.type === 'close') this.#at += 1;
      const fields = this.#words[this.#at];
      if (close === undefined || fields?.type !== 'word' || fields.at !== close.at + 1 || !fields.text.startsWith('.'))
        return { binding: inner };
      this.#at += 1;
      return { binding: this.#read(fieldOf(inner, fields.text)) };
    }
    if (word.type !== 'word') return { binding: unknown };
    const text = word.text.replace(/,$/, '');
    if (/^-?\d+$/.test(text)) return { binding: unknown, text };
    const named = /^(\$\w*|)((?:\.[\w-]+)*|\.)$/.exec(text);
    if (named === null || text === '') return { binding: unknown, word: text };
    const [, variable = '', fields = ''] = named;
    const from = variable === '' ? this.#names.dot : (this.#names.variables.get(variable) ?? unknown);
    return { binding: this.#read(fieldOf(from, fields)) };
  }

  #read(binding: Binding): Binding {
    if (binding.type === 'values') this.reads.push(...binding.paths.filter((path) => path.length > 0));
    return binding;
  }

  #apply(name: string, given: readonly Operand[]): Binding {
    const bindings = given.map(({ binding }) => binding);
    switch (name) {
      case 'include':
      case 'template':
      case 'block':
        if (given[0]?.text !== undefined) this.calls.push({ name: given[0].text, argument: bindings[1] ?? unknown });
        return unknown;
      case 'tpl':
        return bindings[0] ?? unknown;
      case 'dict':
        return { type: 'dict', entries: pairsOf(given) };
      case 'list':
      case 'tuple':
        return { type: 'dict', entries: Object.fromEntries(bindings.map((one, index) => [String(index), one])) };
      case 'set':
        return merged([{ type: 'dict', entries: pairsOf(given.slice(1)) }, bindings[0] ?? unknown]);
      case 'index':
      case 'get':
        return this.#read(fieldsOf(bindings[0] ?? unknown, given.slice(1)));
      case 'dig':
        return this.#read(fieldsOf(bindings.at(-1) ?? unknown, given.slice(0, -2)));
      case 'first':
      case 'last':
      case 'mustFirst':
      case 'mustLast':
        return itemOf(bindings[0] ?? unknown);
      default:
        return merged(bindings);
    }
  }
}

/** `word`: a function's name, or a keyword. `text`: a literal. */
interface Operand {
  binding: Binding;
  word?: string;
  text?: string;
}

function pairsOf(given: readonly Operand[]): Record<string, Binding> {
  const entries: Record<string, Binding> = {};
  for (let index = 0; index + 1 < given.length; index += 2) {
    const key = given[index]?.text;
    if (key !== undefined) entries[key] = given[index + 1]?.binding ?? unknown;
  }
  return entries;
}

function fieldsOf(from: Binding, keys: readonly Operand[]): Binding {
  let at = from;
  for (const { text } of keys) {
    if (text === undefined) return at.type === 'values' ? itemOf(at) : unknown;
    at = field(at, text);
  }
  return at;
}

/** The binding behind `.a.b`. */
function fieldOf(from: Binding, fields: string): Binding {
  return fields
    .split('.')
    .filter((name) => name !== '')
    .reduce(field, from);
}

function field(from: Binding, name: string): Binding {
  switch (from.type) {
    case 'root':
      return name === 'Values' ? { type: 'values', paths: [[]] } : unknown;
    case 'values':
      return { type: 'values', paths: from.paths.map((path) => [...path, name]) };
    case 'dict':
      return Object.hasOwn(from.entries, name) ? (from.entries[name] ?? unknown) : orValues(name);
    case 'unknown':
      return orValues(name);
  }
}

/** Whatever a define is handed, what it calls `Values` is hardly ever anything else. */
function orValues(name: string): Binding {
  return name === 'Values' ? { type: 'values', paths: [[]] } : unknown;
}

/** What `range` walks over, one by one. */
export function itemOf(from: Binding): Binding {
  if (from.type === 'values') return { type: 'values', paths: from.paths.map((path) => [...path, '*']) };
  return from.type === 'dict' ? merged(Object.values(from.entries)) : unknown;
}

/** Any of several: values of all, entries of all mappings. */
export function merged(bindings: readonly Binding[]): Binding {
  const known = bindings.filter(({ type }) => type !== 'unknown');
  if (known.length < 2) return known[0] ?? unknown;
  const dicts = known.filter((one) => one.type === 'dict');
  if (dicts.length === known.length) {
    const entries: Record<string, Binding> = {};
    for (const { entries: own } of dicts)
      for (const [key, one] of Object.entries(own)) entries[key] = merged([entries[key] ?? unknown, one]);
    return { type: 'dict', entries };
  }
  const paths = known.flatMap((one) => (one.type === 'values' ? one.paths : []));
  if (paths.length > 0) return { type: 'values', paths: paths.slice(0, mostPaths) };
  return known[0] ?? unknown;
}
