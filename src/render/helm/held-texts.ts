/**
 * Texts with lines of manifests that templates print from elsewhere: values that hold template text for `tpl`, files of the chart
 * that `.Files.Get` reads. Their lines are marked like those of templates, under names that no file can have.
 */
import type { Json, Path, Resource, Span } from '../../model.ts';
import { isMap } from '../../subjects/values.ts';
import type { Trial } from './again.ts';
import { heldLines } from './held-lines.ts';
import { parseTemplates, type Mark } from './instrument.ts';
import type { LineMap } from './line-map.ts';
import { referencesOf, topLevel, type Region } from './references.ts';
import { expand, keyOf, mergedValue, type ValuesLayers } from './values-source.ts';
import { splitActions } from './split-actions.ts';

/** A text that is held somewhere. */
export interface HeldText {
  text: string;
  /** Where its lines stand in the repository. */
  place(line: number): { file: string; span: Span };
  /** The value that it is, in the chart's values; undefined for a file. */
  value?: { path: Path; layers: ValuesLayers };
  /** The file that it is, relative to the chart that is rendered. */
  file?: string;
}

export interface HeldTexts {
  /** Finds what an object's lines come from. Before, and for other objects, nothing is known. */
  prepare(resource: Resource): Promise<void>;
  /** The mark of a rendered line, inside all those that the templates give it. */
  at(line: number): Mark | undefined;
  text(name: string): HeldText | undefined;
  source(name: string, line: number): string | undefined;
  region(name: string): Region | undefined;
}

export interface HeldInput {
  map: LineMap;
  /** The rendered lines, the first at 0. */
  lines: readonly string[];
  regions(marks: readonly Mark[]): (Region | undefined)[];
  layersOf(line: number): Promise<ValuesLayers>;
  /** The text of a template. */
  template(file: string): string | undefined;
  /** A file of the repository, by path relative to the chart; empty where there is none. */
  fileOf(path: string): string;
  read(file: string): Promise<string | undefined>;
  trial: Trial;
}

/** Texts of one action beyond this many are not looked into. */
const mostTexts = 60;

export function heldTextsOf(input: HeldInput): HeldTexts {
  const marks = new Map<number, Mark>();
  const texts = new Map<string, HeldText>();
  const regions = new Map<string, Region | undefined>();
  const prepared = new Map<number, Promise<void>>();
  const find = async (from: number, to: number): Promise<void> => {
    for (const run of runsOf(input, from, to)) {
      const held = await textsOf(input, run);
      if (held.length === 0) continue;
      const printed = input.lines.slice(run.from - 1, run.to);
      const found = heldLines(
        printed,
        held.map(([, { text }]) => text),
      );
      // Where most of the lines come from elsewhere, a few that are alike tell nothing.
      const written = printed.filter((line) => line.trim() !== '').length;
      if (found.filter((one) => one !== undefined).length * 2 < written) continue;
      found.forEach((one, index) => {
        const [name, text] = (one === undefined ? undefined : held[one.text]) ?? [];
        if (one === undefined || name === undefined || text === undefined) return;
        texts.set(name, text);
        const [action] = splitActions(text.text.split('\n')[one.line - 1] ?? '').actions;
        marks.set(run.from + index, { file: name, line: one.line, ...(action === undefined ? {} : { action }) });
      });
    }
  };
  return {
    prepare(resource) {
      const { startLine, endLine } = resource.locate([]);
      const known = prepared.get(startLine) ?? find(startLine, endLine);
      prepared.set(startLine, known);
      return known;
    },
    at: (line) => marks.get(line),
    text: (name) => texts.get(name),
    source: (name, line) => texts.get(name)?.text.split(/\r?\n/)[line - 1],
    region(name) {
      const text = texts.get(name)?.text;
      if (text === undefined) return undefined;
      if (!regions.has(name)) {
        const files = parseTemplates(new Map([[name, text]]));
        regions.set(name, referencesOf(files).region(name, undefined, topLevel));
      }
      return regions.get(name);
    },
  };
}

/** Neighbouring lines that one action printed. */
interface Run {
  from: number;
  to: number;
  marks: readonly Mark[];
}

function runsOf({ map }: HeldInput, from: number, to: number): Run[] {
  const runs: Run[] = [];
  for (let line = from; line <= to; line++) {
    const marks = map.at(line);
    const [own] = marks;
    if (own?.action === undefined) continue;
    const last = runs.at(-1);
    const [before] = last?.marks ?? [];
    if (last?.to === line - 1 && before?.file === own.file && before.line === own.line) last.to = line;
    else runs.push({ from: line, to: line, marks });
  }
  return runs;
}

/** The texts that an action may have printed, each with its name. */
async function textsOf(input: HeldInput, { from, marks }: Run): Promise<[string, HeldText][]> {
  const [own] = marks;
  // What is printed as YAML has its texts quoted.
  if (/\bto(?:Yaml|Json)/.test(own?.action ?? '')) return [];
  const layers = await input.layersOf(from);
  const found: [string, HeldText][] = [];
  input.regions(marks).forEach((region, index) => {
    for (const { path } of region?.on(marks[index]?.line ?? 0) ?? [])
      for (const base of expand(layers, path)) walk(mergedValue(layers, base), base);
  });
  function walk(value: Json | undefined, path: Path): void {
    if (found.length >= mostTexts) return;
    if (typeof value === 'string') {
      const text = valueText(value, path, layers);
      if (text !== undefined && !found.some(([name]) => name === text[0])) found.push(text);
    } else if (Array.isArray(value)) value.forEach((one: Json, index) => walk(one, [...path, index]));
    else if (isMap(value ?? null))
      for (const [key, one] of Object.entries(value ?? {})) walk(one as Json, [...path, key]);
  }
  const within = own?.file.slice(0, own.file.lastIndexOf('templates/')) ?? '';
  const template = own === undefined ? undefined : input.template(own.file);
  for (const name of filesRead(own?.action ?? '', template ?? '')) {
    const path = within + name;
    const file = input.fileOf(path);
    const text = file === '' || file.endsWith('.tgz') ? undefined : await input.trial.file(path);
    if (text !== undefined)
      found.push([`\0${path}`, { text, file: path, place: (line) => ({ file, span: lineSpan(line) }) }]);
  }
  return withPlaces(input, found);
}

/** Files of the chart that an action prints, itself or by a variable. */
function filesRead(action: string, template: string): string[] {
  const variables = new Set(action.match(/\$\w+/g) ?? []);
  const assigned = [...template.matchAll(/(\$\w+)\s*:?=\s*([^}]*)/g)]
    .filter(([, name = '']) => variables.has(name))
    .map(([, , expression = '']) => expression);
  return [action, ...assigned].flatMap((text) =>
    [...text.matchAll(/\.Files\.Get\s+["`]([^"`]+)["`]/g)].map(([, name = '']) => name),
  );
}

function valueText(text: string, path: Path, layers: ValuesLayers): [string, HeldText] | undefined {
  const key = keyOf(layers, path);
  if (key === undefined || key.layer.vendored || !/[:\n]|^- /.test(text)) return undefined;
  const { file } = key.layer;
  const span = key.layer.locate(key.path);
  return [`\0${file}#${JSON.stringify(key.path)}`, { text, value: { path, layers }, place: () => ({ file, span }) }];
}

/** Lines of a literal block stand below its header, one for one; any other text is one place. */
async function withPlaces(input: HeldInput, found: readonly [string, HeldText][]): Promise<[string, HeldText][]> {
  return Promise.all(
    found.map(async ([name, held]): Promise<[string, HeldText]> => {
      if (held.value === undefined) return [name, held];
      const { file, span } = held.place(1);
      const lines = (await input.read(file))?.split(/\r?\n/) ?? [];
      const header = /(?:^|[\s:-])\|[-+\d]*[ \t]*(?:#.*)?$/.test(lines[span.startLine - 1] ?? '');
      if (!header) return [name, held];
      return [name, { ...held, place: (line) => ({ file, span: lineSpan(span.startLine + line) }) }];
    }),
  );
}

function lineSpan(line: number): Span {
  return { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 };
}
