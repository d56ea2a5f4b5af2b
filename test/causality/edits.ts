/** The smallest edits at a line: what a reader would try there first. Made from the text of the file alone. */
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
import type { Json, Path } from '../../src/model.ts';

export interface LineEdit {
  how: 'value' | 'entry' | 'other value' | 'removal' | 'object removed';
  text: string;
}

export interface Wanted {
  /** The field, and whether the object lacks it. */
  path: Path;
  isMissing: boolean;
  /** What the finding's fix puts there; undefined when it has none. */
  value: Json | undefined;
  /** The finding is about the object as a whole. */
  isJoin: boolean;
  /** The line of a dependency's defaults that the line is to override. */
  overrides?: string;
}

/** Edits at `line` (from 1) of a file, the one that should mend the finding first. */
export function editsAt(file: string, text: string, line: number, wanted: Wanted): LineEdit[] {
  if (text.includes('\r\n'))
    return editsAt(file, text.replaceAll('\r\n', '\n'), line, wanted).map((edit) => ({
      ...edit,
      text: edit.text.replaceAll('\n', '\r\n'),
    }));
  const lines = text.split('\n');
  const edits = [
    ...(wanted.overrides === undefined ? [] : overriding(lines, line - 1, wanted.overrides)),
    ...(file.includes('templates/') || !/\.(?:ya?ml|json)$/.test(file) ? [] : inDocument(text, line, wanted)),
    ...inText(lines, line - 1, wanted),
    ...(wanted.isJoin ? withoutObject(lines, line - 1) : []),
  ];
  const seen = new Set([text]);
  return edits.filter((edit) => !seen.has(edit.text) && seen.add(edit.text));
}

/** Another value than the default's, in the mapping that overrides it. */
function overriding(lines: readonly string[], at: number, overridden: string): LineEdit[] {
  const [, key = '', now = ''] = /^\s*([\w-]+):\s*(.*)$/.exec(overridden) ?? [];
  const line = lines[at] ?? '';
  if (key === '' || !/:\s*(?:\{\s*\})?$/.test(line)) return [];
  const entry = `${' '.repeat(indentOf(line) + 2)}${key}: ${JSON.stringify(otherThan(now))}`;
  const text = [...lines.slice(0, at), line.replace(/\s*\{\s*\}$/, ''), entry, ...lines.slice(at + 1)].join('\n');
  return [{ how: 'value', text }];
}

/** A line of text, whatever language is around it. */
function inText(lines: readonly string[], at: number, wanted: Wanted): LineEdit[] {
  const line = lines[at] ?? '';
  const last = wanted.path.at(-1);
  const value = wanted.value ?? likely(wanted.path);
  const edits: LineEdit[] = [];
  const put = (how: LineEdit['how'], from: number, to: number, ...text: string[]): void => {
    edits.push({ how, text: [...lines.slice(0, from), ...text, ...lines.slice(to)].join('\n') });
  };
  const scalar = /^(\s*(?:- )*(?:["']?[\w./-]+["']?:[ ]+|- ))(\{\{.*\}\}|[^\s|>&*#{[].*?)\s*$/.exec(line);
  const empty = /^(\s*(?:- )*["']?[\w./-]+["']?:)\s*(?:\{\s*\}|\[\s*\])?\s*$/.exec(line);
  if (wanted.isMissing) {
    const missing = stepsBelow(line, wanted.path);
    const entry = missing.length === 0 ? '' : flow(missing, value);
    const whole = wanted.path.slice(wanted.path.findLastIndex((step) => typeof step === 'number') + 1).map(String);
    const item = /^(\s*(?:- )+)(?=\S)/.exec(line);
    const next = lines.slice(at + 1).find((one) => one.trim() !== '' && !one.trim().startsWith('{{')) ?? '';
    const indent = Math.max(indentOf(next), indentOf(line) + 1);
    if (item !== null) {
      const [lead] = item;
      put('entry', at, at + 1, `${lead}${entry}`, ' '.repeat(lead.length) + line.slice(lead.length));
    } else if (empty !== null && entry === '') put('entry', at, at + 1, `${empty[1] ?? ''} ${JSON.stringify(value)}`);
    else if (empty !== null) {
      put('entry', at, at + 1, line, `${' '.repeat(indent)}${entry}`);
      put('entry', at, at + 1, `${empty[1] ?? ''} { ${entry} }`);
    }
    wanted.path.forEach((step, depth) => {
      const inner = wanted.path.slice(depth + 1).map(String);
      const open = typeof step === 'string' ? new RegExp(`^.*?\\b${step}["']?:\\s*\\{`).exec(line) : null;
      if (open !== null && inner.length > 0)
        put('entry', at, at + 1, `${open[0]} ${flow(inner, value)},${line.slice(open[0].length)}`);
    });
    const braces = /^(.*?(?::\s*|- |\[\s*)\{)(?=\s*[^\s{}])/.exec(line);
    if (braces !== null) put('entry', at, at + 1, `${braces[0]} ${entry},${line.slice(braces[0].length)}`);
    if (entry !== '') put('entry', at, at, ' '.repeat(indentOf(line)) + entry);
    // The line may be named for something else than the field: all that a container, say, may lack.
    for (let from = wanted.path.length - whole.length; from < wanted.path.length; from++) {
      const rest = flow(wanted.path.slice(from).map(String), value);
      put('entry', at, at + 1, line, `${' '.repeat(indent)}${rest}`);
      if (braces !== null) put('entry', at, at + 1, `${braces[0]} ${rest},${line.slice(braces[0].length)}`);
    }
  } else if (scalar !== null) {
    const [, lead = '', now = ''] = scalar;
    if (wanted.value !== undefined && typeof wanted.value !== 'object')
      put('value', at, at + 1, lead + JSON.stringify(wanted.value));
    put('other value', at, at + 1, lead + JSON.stringify(otherThan(now)));
  } else if (wanted.value !== undefined && last !== undefined && empty !== null)
    put('value', at, at + 1, `${empty[1] ?? ''} ${JSON.stringify(wanted.value)}`);
  const key = /^(\s*(?:- )*)(["']?[\w./-]+["']?)(:.*)$/.exec(line);
  if (!wanted.isMissing && key !== null && empty !== null)
    put('removal', at, at + 1, `${key[1] ?? ''}plimsoll${key[3] ?? ''}`);
  let end = at + 1;
  while (end < lines.length && (lines[end]?.trim() === '' || indentOf(lines[end] ?? '') > indentOf(line))) end += 1;
  if (!wanted.isMissing) put('removal', at, end);
  return edits;
}

/** A value, or an entry, in a file that is YAML as a whole. */
function inDocument(text: string, line: number, wanted: Wanted): LineEdit[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: false });
  if (!Array.isArray(documents)) return [];
  const edits: LineEdit[] = [];
  const print = (): string => documents.map((one, index) => (index > 0 ? '---\n' : '') + one.toString()).join('');
  for (const document of documents) {
    if (document.errors.length > 0) return [];
    for (const found of at(document, (offset) => counter.linePos(offset).line, line)) {
      const before = document.getIn(found, true);
      const change = (how: LineEdit['how'], make: () => void): void => {
        make();
        edits.push({ how, text: print() });
        document.setIn(found, before);
      };
      const value = wanted.value ?? likely(wanted.path);
      if (wanted.isMissing) {
        const missing = stepsBelow(String(found.at(-1) ?? ''), wanted.path);
        change('entry', () => {
          const node = isMap(before) ? before.clone() : document.createNode({});
          document.setIn(found, node);
          document.setIn([...found, ...missing], value);
        });
      } else if (isScalar(before)) {
        const now = before.value;
        if (wanted.value !== undefined && typeof wanted.value === typeof now)
          change('value', () => document.setIn(found, wanted.value));
        change('other value', () => document.setIn(found, otherThan(now as Json)));
      }
    }
  }
  return edits;
}

/** Paths of the values whose key, or whose list item, begins on a line; the innermost first. */
function at(document: Document, lineOf: (offset: number) => number, line: number): Path[] {
  const found: Path[] = [];
  const walk = (node: unknown, path: Path): void => {
    if (isMap(node))
      for (const pair of node.items) {
        if (!isScalar(pair.key)) continue;
        const inner = [...path, String(pair.key.value)];
        if (lineOf(pair.key.range?.[0] ?? 0) === line) found.unshift(inner);
        walk(pair.value, inner);
      }
    else if (isSeq(node))
      node.items.forEach((item, index) => {
        const range = (item as { range?: [number, number, number] | null } | null)?.range;
        const inner = [...path, index];
        if (range !== undefined && range !== null && lineOf(range[0]) === line) found.push(inner);
        walk(item, inner);
      });
  };
  walk(document.contents, []);
  return found;
}

/** Gives the document of the line another kind, so that its object is none of the checked ones any more. */
function withoutObject(lines: readonly string[], line: number): LineEdit[] {
  const isBreak = (one: string | undefined): boolean => one === undefined || one.startsWith('---');
  let from = line;
  while (from > 0 && !isBreak(lines[from - 1])) from -= 1;
  let to = line;
  while (to < lines.length && !isBreak(lines[to])) to += 1;
  const renamed = (isKind: (one: string, index: number) => boolean): LineEdit[] => {
    if (!lines.some(isKind)) return [];
    const probe = (one: string): string => one.replace(/kind:.*/, 'kind: PlimsollProbe');
    return [
      { how: 'object removed', text: lines.map((one, index) => (isKind(one, index) ? probe(one) : one)).join('\n') },
    ];
  };
  // An object inside other text: its kind stands above or below, near by.
  const near = (lead: RegExp, step: 1 | -1): number => {
    for (let at = line; Math.abs(at - line) < 12; at += step) if (lead.test(lines[at] ?? '')) return at;
    return -1;
  };
  const inner = /^ +(?:- )?kind:/;
  return [
    ...renamed((one, index) => index >= from && index < to && one.startsWith('kind:')),
    ...[near(inner, -1), near(inner, 1)].flatMap((found) => renamed((_, index) => index === found)),
  ];
}

/** The steps of a missing field below what the line names. */
function stepsBelow(line: string, path: Path): string[] {
  const key = /([\w./-]+)["']?:?\s*(?:\{\s*\})?\s*$/.exec(line.trim().replace(/:\s.*$/, ':'))?.[1]?.toLowerCase() ?? '';
  const named = line.trimStart().startsWith('- ')
    ? path.findLastIndex((step) => typeof step === 'number')
    : path.findLastIndex((step) => typeof step === 'string' && key.includes(step.toLowerCase()));
  const from = named === -1 ? Math.max(0, path.length - 1) : named + 1;
  return path.slice(from).map(String);
}

function flow(steps: readonly string[], value: Json): string {
  const [first = 'plimsoll', ...rest] = steps;
  return `${JSON.stringify(first)}: ${rest.length === 0 ? JSON.stringify(value) : `{ ${flow(rest, value)} }`}`;
}

function otherThan(now: Json): Json {
  const value: unknown = typeof now === 'string' ? plain(now) : now;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return `${String(value)}-changed`.replaceAll(/\{\{.*?\}\}/g, 'x');
}

function plain(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d+$/.test(text) ? Number(text) : text.replaceAll(/^["']|["']$/g, '');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function likely(path: Path): Json {
  const name = String(path.at(-1) ?? '');
  const known: Record<string, Json> = {
    memory: '32Mi',
    cpu: '20m',
    'ephemeral-storage': '32Mi',
    readinessProbe: { tcpSocket: { port: 4 } },
    livenessProbe: { tcpSocket: { port: 5 } },
    tls: [{ hosts: ['changed.example'], secretName: 'changed' }],
    type: 'RuntimeDefault',
    loadBalancerSourceRanges: ['192.0.2.0/24'],
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
    automountServiceAccountToken: false,
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    drop: ['ALL'],
    readOnly: true,
  };
  return Object.hasOwn(known, name) ? (known[name] ?? null) : 'changed';
}
