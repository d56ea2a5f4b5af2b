/** What is around the fields of one render: template lines, the values they read, and the places these make. */
import type { JsonMap, Path, Resource, SourceLocation, Span, TrailStep } from '../../model.ts';
import { join } from '../paths.ts';
import { wholeFile } from '../place.ts';
import { targetOf } from '../probe.ts';
import type { Trial } from './again.ts';
import { dig } from '../../subjects/values.ts';
import { candidatesFor, existing, nameOf, type Candidate, type Read } from './candidates.ts';
import type { ChartTemplates } from './chart-templates.ts';
import { unknown, type Binding } from './expression.ts';
import { heldTextsOf, type HeldTexts } from './held-texts.ts';
import type { Mark } from './instrument.ts';
import type { LineMap } from './line-map.ts';
import { chartOf, lineMapOf } from './marked-render.ts';
import { put, type Change, type Proved, type Question } from './proof.ts';
import { topLevel, type Reference, type Region } from './references.ts';
import type { HelmRender } from './render.ts';
import { sourceLines } from './source.ts';
import { editedTemplates } from './template-edit.ts';
import type { Printed } from './template-place.ts';
import type { Asked } from './trace.ts';
import { dependencyStep, keyLocation, packaged, wholePlace } from './values-place.ts';
import { layersIndex } from './values-layers.ts';
import type { ValuesLayers } from './values-source.ts';

export interface Surroundings {
  questionOf(asked: Asked): Promise<Question>;
  locationOf(asked: Asked, proved: Proved | undefined): SourceLocation;
  /** What a change makes of the values and of the chart's files. */
  filesOf(change: Change): { values: JsonMap; files: Map<string, string> };
}

const noLayers: ValuesLayers = { layers: [], chain: [] };

/** Spends one render with marks. */
export async function surroundingsOf(
  render: HelmRender,
  templates: ChartTemplates,
  trial: Trial,
): Promise<Surroundings> {
  const chartName = chartOf(render.text);
  const templateMap = await lineMapOf(render, templates, trial);
  const lines = render.text.split('\n');
  const sourceAt = sourceLines(render.text);
  const layersOf = layersIndex(render, chartName, trial);
  const fileOf = (mark: Pick<Mark, 'file'>): string =>
    held.text(mark.file)?.place(1).file ??
    (render.sources.fileOf(`${chartName}/${mark.file}`) || join(render.unit.root, mark.file));
  const held: HeldTexts = heldTextsOf({
    map: templateMap,
    lines,
    regions: regionsOf(templates, undefined),
    layersOf: (line) => layersOf(sourceAt(line)),
    template: (file) => templates.sources.get(file),
    fileOf: (path) => render.sources.fileOf(`${chartName}/${path}`),
    read: async (file) => (await render.context.tree.read(file))?.toString('utf8'),
    trial,
  });
  const map: LineMap = {
    at(line) {
      const inner = held.at(line);
      return inner === undefined ? templateMap.at(line) : [inner, ...templateMap.at(line)];
    },
  };
  const regions = regionsOf(templates, held);
  const printed: Printed = {
    lines,
    marks: (line) => map.at(line),
    source: (file, line) => held.source(file, line) ?? templates.line(file, line),
    depth: (file, line) => templates.depth(file, line),
  };
  const spanOf = ({ file, line }: Pick<Mark, 'file' | 'line'>): Span =>
    held.text(file)?.place(line).span ?? lineSpan(line);
  const placeOf = (at: Pick<Mark, 'file' | 'line'> | undefined): { file: string; span: Span } =>
    at === undefined ? wholeFile('') : { file: fileOf(at), span: spanOf(at) };
  const layersAt = new Map<Asked, ValuesLayers>();
  const keyOf = ({ resource, path }: Asked): string => {
    const [mark] = map.at(resource.locate(existing(resource.manifest, path)).startLine);
    const steps = path.map((step) => (typeof step === 'number' ? '*' : step));
    return JSON.stringify([mark?.file, mark?.line, resource.kind, steps]);
  };
  /** Other variants of the chart have most of their places in common: what was proved there is tried first. */
  const asBefore = (candidates: readonly Candidate[], key: string): readonly Candidate[] => {
    const outcome = templates.outcomes.get(key);
    if (outcome === undefined) return candidates;
    const known = candidates.find((one) => nameOf(one) === outcome);
    return known === undefined ? candidates.slice(0, 1) : [known, ...candidates.filter((one) => one !== known)];
  };
  return {
    async questionOf(asked) {
      const { resource, path, fault } = asked;
      await held.prepare(resource);
      const target = targetOf(path, fault?.edits ?? []);
      const there = existing(resource.manifest, target.path);
      const span = resource.locate(there);
      const layers = await layersOf(sourceAt(span.startLine));
      layersAt.set(asked, layers);
      // What is beside the object is not mended by another of its mappings.
      const value = dig(resource.manifest, ...target.path);
      const isBeside = fault?.join === true && (value === undefined || typeof value === 'object');
      const read = readAt(map, regions, span, there.length < target.path.length);
      const candidates = isBeside ? [] : asBefore(candidatesFor(resource, target, read, layers, printed), keyOf(asked));
      const printedBy = new Set<string>();
      for (let line = span.startLine; line <= Math.min(span.endLine, span.startLine + linesAround); line++)
        for (const mark of map.at(line)) printedBy.add(`${mark.file}:${mark.line}`);
      return { resource, path: target.path, ...(fault === undefined ? {} : { fault }), layers, candidates, printedBy };
    },
    locationOf(asked, proved) {
      const { resource, path, fault } = asked;
      templates.outcomes.set(keyOf(asked), proved === undefined ? '' : nameOf(proved.candidate));
      const there = existing(resource.manifest, path);
      const marks = map.at(resource.locate(there).startLine);
      const trail = marks.map((mark) => stepOf(mark, placeOf(mark)));
      const isProved = proved !== undefined && proved.by !== 'field';
      const precision = isProved ? 'verified' : 'exact';
      if (proved?.candidate.by === 'values')
        return keyLocation(proved.candidate, layersAt.get(asked) ?? noLayers, precision, trail);
      const edited = proved?.candidate.edit;
      const [innermost] = trail;
      const { dependency } = layersAt.get(asked) ?? noLayers;
      if ((innermost?.file ?? resource.origin.file).endsWith('.tgz'))
        return packaged(render, trail, dependency, resource.origin.file);
      if (innermost === undefined) {
        if (edited !== undefined) return { ...placeOf(edited), precision, trail };
        return (
          crdLocation(render, resource, path, sourceAt) ??
          wholeFile(resource.origin.file || join(render.unit.root, 'Chart.yaml'))
        );
      }
      const isWhole = there.length === path.length || fault?.join === true;
      const rest = [...trail.slice(1), ...(dependency === undefined ? [] : [dependencyStep(dependency)])];
      if (edited === undefined)
        return { ...placeOf(marks[0] ?? edited), precision: isWhole ? 'exact' : 'nearest', trail: rest };
      // The line of what encloses the field, as long as that is in the file that was edited.
      const [mark] = marks;
      const place = placeOf(mark?.file === edited.file ? mark : edited);
      return { ...place, precision, trail: rest };
    },
    filesOf({ values: own, templates: edits }) {
      const values = structuredClone(own);
      const files = editedTemplates(edits, templates.sources);
      const texts = new Map(edits.map(({ file }) => [file, held.text(file)?.text ?? '']));
      for (const [name, text] of editedTemplates(edits, texts)) {
        const one = held.text(name);
        if (one?.value !== undefined) put(values, one.value.layers, one.value.path, text);
        else if (one?.file !== undefined) files.set(one.file, text);
      }
      return { values, files };
    },
  };
}

function lineSpan(line: number): Span {
  return { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 };
}

/** A line inside a package is named, but no line of the package's own. */
function stepOf(mark: Mark, place: { file: string; span: Span }): TrailStep {
  if (!place.file.endsWith('.tgz')) return { label: labelOf(mark), ...place };
  return { label: `${labelOf(mark)}, ${mark.file}:${mark.line} in the package`, ...wholePlace(place.file) };
}

function labelOf(mark: Mark): string {
  const isHeld = mark.file.startsWith('\0');
  const where = isHeld ? 'text it prints' : mark.define === undefined ? 'template line' : `define "${mark.define}"`;
  return mark.action === undefined ? where : `${where}: {{ ${mark.action.replaceAll(/\s+/g, ' ').slice(0, 80)} }}`;
}

/** `crds/` is printed as it is: the line in the file is the line in the render, counted from its source comment. */
function crdLocation(
  render: HelmRender,
  resource: Resource,
  path: Path,
  sourceAt: (line: number) => string,
): SourceLocation | undefined {
  const there = existing(resource.manifest, path);
  const span = resource.locate(there);
  const source = sourceAt(span.startLine);
  if (!source.includes('/crds/') || resource.origin.file === '') return undefined;
  const lines = render.text.split('\n');
  const start = lines.findLastIndex((line, index) => index < span.startLine && line === `# Source: ${source}`);
  if (start === -1) return undefined;
  const precision = there.length === path.length ? 'exact' : 'nearest';
  return { file: resource.origin.file, span: lineSpan(span.startLine - start - 1), precision, trail: [] };
}

/** For the marks of a rendered line, innermost first, the regions that they stand in, as their callers use them. */
function regionsOf(
  templates: ChartTemplates,
  held: HeldTexts | undefined,
): (marks: readonly Mark[]) => (Region | undefined)[] {
  return (marks) => {
    const found: (Region | undefined)[] = [];
    let dot: Binding = marks.at(-1)?.define === undefined ? topLevel : unknown;
    for (let index = marks.length - 1; index >= 0; index--) {
      const mark = marks[index];
      if (mark === undefined) break;
      const region = held?.region(mark.file) ?? templates.references.region(mark.file, mark.define, dot);
      found.unshift(region);
      const inner = marks[index - 1]?.define;
      dot = inner === undefined ? unknown : (region?.argument(mark.line, inner) ?? unknown);
    }
    return found;
  };
}

/** Rendered lines beyond this many are not looked at for what else prints them. */
const linesAround = 60;

/** Lines of a small node whose marks count as the node's own: `resources:` and, on the line below, `{}`. */
const linesOfNode = 6;

/** Lines of a template beyond this many are not searched for what may fill a missing field. */
const widest = 400;

function readAt(
  map: LineMap,
  regions: (marks: readonly Mark[]) => (Region | undefined)[],
  span: Span,
  isMissing: boolean,
): Read {
  const own: Reference[] = [];
  const around: Reference[] = [];
  const marks = map.at(span.startLine);
  regions(marks).forEach((region, index) => {
    const line = marks[index]?.line ?? 0;
    own.push(...(region?.on(line) ?? []));
    around.push(...(region?.around(line) ?? []));
  });
  if (!isMissing) return { own, around, wide: [] };
  const ranges = new Map<Region, { from: number; to: number }>();
  for (let line = span.startLine; line <= span.endLine + 1; line++) {
    const inside = map.at(line);
    regions(inside).forEach((region, index) => {
      const at = inside[index]?.line ?? 0;
      if (region === undefined) return;
      if (line > span.startLine && line <= Math.min(span.endLine, span.startLine + linesOfNode))
        own.push(...region.on(at));
      const range = ranges.get(region);
      if (range === undefined) ranges.set(region, { from: at, to: at });
      else {
        range.from = Math.min(range.from, at);
        range.to = Math.max(range.to, at);
      }
    });
  }
  const wide: Reference[] = [];
  for (const [region, { from, to }] of ranges)
    for (let line = from; line <= Math.min(to + 3, from + widest); line++) wide.push(...region.on(line));
  return { own, around, wide };
}
