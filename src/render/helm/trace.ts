/**
 * Rendered field → template line → values key. Questions that are asked together are answered together: one marked render,
 * and a few with changed values for all of them.
 */
import type { Path, Resource, SourceLocation, Span, TrailStep } from '../../model.ts';
import { join } from '../paths.ts';
import { wholeFile } from '../place.ts';
import { openTrial, type Trial } from './again.ts';
import { candidatesFor, existing } from './candidates.ts';
import type { Mark } from './instrument.ts';
import { mapLines, type LineMap } from './line-map.ts';
import { prove, type Question, type RenderWith } from './proof.ts';
import { referencesOf, type FileReferences, type Reference } from './references.ts';
import { sourceLines } from './source.ts';
import { lexTemplate, TemplateSyntaxError } from './template-lexer.ts';
import type { HelmRender } from './render.ts';
import { definesOf } from './value-uses.ts';
import { valuesLayers, type ValuesKey, type ValuesLayers } from './values-source.ts';

export type Trace = (resource: Resource, path: Path) => Promise<SourceLocation>;

interface Asked {
  resource: Resource;
  path: Path;
  answer(location: SourceLocation): void;
  fail(error: unknown): void;
}

/** Traces the fields of one render. `read` gives the objects of a further render of the same unit. */
export function createTracer(render: HelmRender, read: (text: string) => Promise<readonly Resource[]>): Trace {
  let waiting: Asked[] = [];
  const flush = (): void => {
    const asked = waiting;
    waiting = [];
    answerAll(render, asked, read).catch((error: unknown) => {
      for (const one of asked) one.fail(error);
    });
  };
  return (resource, path) =>
    new Promise((answer, fail) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ resource, path, answer, fail });
    });
}

async function answerAll(
  render: HelmRender,
  asked: readonly Asked[],
  read: (text: string) => Promise<readonly Resource[]>,
): Promise<void> {
  await using trial = await openTrial(render.unit, render.context);
  const sources = await trial.templates();
  const surroundings = await surroundingsOf(render, sources, trial);
  const lines = asked.map((one) => surroundings.linesOf(one.resource, one.path));
  const questions = await Promise.all(asked.map((one, index) => surroundings.questionOf(one, lines[index] ?? [])));
  const renderWith: RenderWith = async (values) => {
    const again = await trial.withValues(values);
    return 'text' in again ? read(again.text) : undefined;
  };
  const proved = await prove(questions, renderWith);
  asked.forEach((one, index) => {
    const question = questions[index];
    const key = question === undefined ? undefined : proved.get(question)?.key;
    one.answer(surroundings.locationOf(one, lines[index] ?? [], key));
  });
}

interface Surroundings {
  /** Marks of the field's rendered line, innermost first. */
  linesOf(resource: Resource, path: Path): readonly Mark[];
  questionOf(asked: Asked, marks: readonly Mark[]): Promise<Question>;
  locationOf(asked: Asked, marks: readonly Mark[], key: ValuesKey | undefined): SourceLocation;
}

async function surroundingsOf(
  render: HelmRender,
  sources: ReadonlyMap<string, string>,
  trial: Trial,
): Promise<Surroundings> {
  const chartName = /^# Source: ([^/\n]+)\//m.exec(render.text)?.[1] ?? '';
  const templateOf = (source: string): string | undefined => {
    const path = source.slice(source.indexOf('/') + 1);
    if (sources.has(path)) return path;
    // A subchart may be printed under its alias: its file is found by where the source leads.
    const file = render.sources.fileOf(source);
    const prefix = render.unit.root === '.' ? '' : `${render.unit.root}/`;
    return file.startsWith(prefix) && sources.has(file.slice(prefix.length)) ? file.slice(prefix.length) : undefined;
  };
  const { randomBytes } = await import('node:crypto');
  const map: LineMap = await mapLines({
    plain: render.text,
    sources,
    templateOf,
    nonce: `plimsoll${randomBytes(6).toString('hex')}x`,
    renderMarked: (files) => trial.withTemplates(files),
  });
  const references = referenceIndex(sources);
  const sourceAt = sourceLines(render.text);
  const fileOf = (mark: Mark): string =>
    render.sources.fileOf(`${chartName}/${mark.file}`) || join(render.unit.root, mark.file);
  const layersOf = layersIndex(render, chartName);
  return {
    linesOf(resource, path) {
      return map.at(resource.locate(existing(resource.manifest, path)).startLine);
    },
    async questionOf({ resource, path }, marks) {
      const there = existing(resource.manifest, path);
      const span = resource.locate(there);
      const layers = await layersOf(sourceAt(span.startLine));
      // An empty node may be printed on the line below its key: `resources:` and then `{}`.
      const inside = there.length === path.length ? [] : linesWithin(span, map).slice(0, linesOfNode);
      const own = [...marks, ...inside].flatMap((mark) => references(mark.file)?.on(mark.line) ?? []);
      const around = marks.flatMap((mark) => references(mark.file)?.around(mark.line) ?? []);
      const wide = there.length === path.length ? [] : within(span, map, references);
      return { resource, path, layers, candidates: candidatesFor(resource, path, [...own, ...around], wide, layers) };
    },
    locationOf({ resource, path }, marks, key) {
      const trail = marks.map((mark): TrailStep => ({
        label: labelOf(mark),
        file: fileOf(mark),
        span: lineSpan(mark.line),
      }));
      if (key !== undefined)
        return {
          file: key.layer.file,
          span: key.layer.locate(key.path),
          precision: 'verified',
          trail,
        };
      const [innermost] = trail;
      if (innermost === undefined)
        return (
          crdLocation(render, resource, path, sourceAt) ??
          wholeFile(resource.origin.file || join(render.unit.root, 'Chart.yaml'))
        );
      const whole = existing(resource.manifest, path).length === path.length;
      return {
        file: innermost.file,
        span: innermost.span,
        precision: whole ? 'exact' : 'nearest',
        trail: trail.slice(1),
      };
    },
  };
}

/** `crds/` is printed as it is: the line in the file is the line in the render, counted from its source comment. */
function crdLocation(
  render: HelmRender,
  resource: Resource,
  path: Path,
  sourceAt: (line: number) => string,
): SourceLocation | undefined {
  const span = resource.locate(existing(resource.manifest, path));
  const source = sourceAt(span.startLine);
  if (!source.includes('/crds/') || resource.origin.file === '') return undefined;
  const lines = render.text.split('\n');
  const start = lines.findLastIndex((line, index) => index < span.startLine && line === `# Source: ${source}`);
  if (start === -1) return undefined;
  return { file: resource.origin.file, span: lineSpan(span.startLine - start - 1), precision: 'nearest', trail: [] };
}

function lineSpan(line: number): Span {
  return { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 };
}

function labelOf(mark: Mark): string {
  const where = mark.define === undefined ? 'template line' : `define "${mark.define}"`;
  return mark.action === undefined ? where : `${where}: {{ ${mark.action.replaceAll(/\s+/g, ' ').slice(0, 80)} }}`;
}

/** Lines of a small node whose marks count as the node's own. */
const linesOfNode = 6;

function linesWithin(span: Span, map: LineMap): Mark[] {
  const found: Mark[] = [];
  for (let line = span.startLine + 1; line <= Math.min(span.endLine, span.startLine + linesOfNode); line++)
    found.push(...map.at(line));
  return found;
}

/** What the template reads between the first and the last line that it printed of a node, and just behind it. */
function within(span: Span, map: LineMap, references: (file: string) => FileReferences | undefined): Reference[] {
  const ranges = new Map<string, { from: number; to: number }>();
  for (let line = span.startLine; line <= span.endLine + 1; line++)
    for (const { file, line: at } of map.at(line)) {
      const range = ranges.get(file);
      if (range === undefined) ranges.set(file, { from: at, to: at });
      else {
        range.from = Math.min(range.from, at);
        range.to = Math.max(range.to, at);
      }
    }
  const found: Reference[] = [];
  for (const [file, { from, to }] of ranges)
    for (let line = from; line <= Math.min(to + 3, from + 400); line++)
      found.push(...(references(file)?.on(line) ?? []));
  return found;
}

function referenceIndex(sources: ReadonlyMap<string, string>): (file: string) => FileReferences | undefined {
  const known = new Map<string, FileReferences | undefined>();
  return (file) => {
    if (known.has(file)) return known.get(file);
    const found = readReferences(file, sources.get(file));
    known.set(file, found);
    return found;
  };
}

function readReferences(path: string, source: string | undefined): FileReferences | undefined {
  if (source === undefined) return undefined;
  try {
    const parts = lexTemplate(source);
    return referencesOf({ path, source, parts, defines: definesOf(parts) });
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return undefined;
    throw error;
  }
}

/** Values as the chart sees them whose template printed a source: the chart itself, or a subchart under its name. */
function layersIndex(render: HelmRender, chartName: string): (source: string) => Promise<ValuesLayers> {
  const known = new Map<string, Promise<ValuesLayers>>();
  return (source) => {
    const chain = [...source.matchAll(/(?:^|\/)charts\/([^/]+)(?=\/)/g)].map(([, name]) => name ?? '');
    const key = chain.join('/');
    let layers = known.get(key);
    if (layers === undefined) known.set(key, (layers = readLayers(render, chartName, chain)));
    return layers;
  };
}

async function readLayers(render: HelmRender, chartName: string, chain: readonly string[]): Promise<ValuesLayers> {
  const { unit, context, sources } = render;
  const defaults = chain.map((_, depth) =>
    sources.fileOf(
      `${chartName}/${chain
        .slice(0, depth + 1)
        .map((name) => `charts/${name}`)
        .join('/')}/values.yaml`,
    ),
  );
  const wanted = [
    ...unit.values,
    ...(unit.inlineValues ?? []).map(({ file }) => file),
    join(unit.root, 'values.yaml'),
    ...defaults.filter((file) => file.endsWith('.yaml')),
  ];
  const files = await context.tree.readMany([...new Set(wanted)]);
  return valuesLayers(unit, chain, defaults, (file) => files.get(file)?.toString('utf8'));
}
