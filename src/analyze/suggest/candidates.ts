/** Where in the source a fix could be made: guesses, best first. Only a render with the change made proves one. */
import type { Edit, Json, Path, Resource, SourceLocation, Span } from '../../model.ts';
import { dig } from '../../subjects/values.ts';
import type { TemplateChange } from './template-text.ts';
import type { YamlChange, YamlPlace, YamlText } from './yaml-text.ts';

/** One change of one file. */
export type SourceChange = { file: string } & (
  { in: 'yaml'; change: YamlChange } | { in: 'template'; change: TemplateChange }
);

/** One change of a rendered object, with the place that tracing gave for it. */
export interface Aim {
  edit: Edit;
  resource: Resource;
  location: SourceLocation;
  /** Values files of the chart that the object was rendered from, those that win first; undefined without a chart. */
  values: readonly string[] | undefined;
}

/** Files by path; undefined for what is no text. */
export interface Files {
  text(file: string): string | undefined;
  yaml(file: string): YamlText | undefined;
}

/** Changes that may bring about the edit. */
export function changesFor(aim: Aim, files: Files): SourceChange[] {
  const { location, values } = aim;
  const helm = values !== undefined;
  if (location.precision === 'file') return [];
  const steps = [{ file: location.file, span: location.span }, ...location.trail];
  const found: SourceChange[] = [];
  if (!helm || !isTemplate(location.file)) {
    const text = files.yaml(location.file);
    if (text !== undefined)
      found.push(...inYaml(aim, text).map((change) => ({ file: location.file, in: 'yaml' as const, change })));
  }
  if (helm) {
    const isSet = aim.edit.op === 'set' && split(aim.resource, aim.edit.path).rest.length === 0;
    // A line that a value switches on is right as it is: the value is what to change.
    const own = isSet ? steps.slice(0, 1) : steps;
    const templates = own.filter(({ file }) => isTemplate(file)).slice(0, 3);
    const inTemplates = templates.map(({ file, span }) => inTemplate(aim, file, span));
    // A key that is taken out of the values leaves its name in the template.
    if (aim.edit.op === 'remove') found.unshift(...inTemplates);
    else {
      const lines = steps.filter(({ file }) => isTemplate(file));
      found.push(
        ...inTemplates,
        ...byLine(aim, files, lines),
        ...byName(aim, files, new Set(lines.map(({ file }) => file))),
      );
    }
  }
  return distinct(found);
}

function isTemplate(file: string): boolean {
  return /(?:^|\/)templates\//.test(file);
}

function inTemplate({ edit, resource }: Aim, file: string, span: Span): SourceChange {
  const line = span.startLine;
  const { there, rest } = split(resource, edit.path);
  const last = edit.path.at(-1) ?? '';
  if (edit.op === 'remove') return { file, in: 'template', change: { line, op: 'remove', key: last } };
  if (rest.length === 0) return { file, in: 'template', change: { line, op: 'set', key: last, value: edit.value } };
  return {
    file,
    in: 'template',
    change: {
      line,
      op: 'insert',
      under: there.at(-1),
      among: keysOf(dig(resource.manifest, ...there)),
      path: rest,
      value: edit.value,
    },
  };
}

function keysOf(value: Json | undefined): string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** Values that the lines themselves read, where they say what was rendered. */
function byLine(
  { edit, resource, values = [] }: Aim,
  files: Files,
  lines: readonly { file: string; span: Span }[],
): SourceChange[] {
  const rendered = dig(resource.manifest, ...edit.path);
  if (edit.op === 'remove' || rendered === undefined) return [];
  const read = lines
    .slice(0, 3)
    .flatMap(({ file, span }) => referencesOn(files.text(file)?.split('\n')[span.startLine - 1]));
  return values.flatMap((file) =>
    read.flatMap((path): SourceChange[] => {
      const place = { document: 0, path: path.split('.') };
      const value = translated(files.yaml(file)?.valueAt(place), rendered, edit.value);
      return value === undefined ? [] : [{ file, in: 'yaml', change: { place, op: 'set', value } }];
    }),
  );
}

function referencesOn(text = ''): string[] {
  return [...text.matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path = '']) => path.slice(1));
}

/** Values that nothing led to: what the templates read under the missing field's name, and parts of a composed text. */
function byName({ edit, resource, values = [] }: Aim, files: Files, templates: ReadonlySet<string>): SourceChange[] {
  const { rest } = split(resource, edit.path);
  const [name] = rest;
  if (edit.op === 'remove') return [];
  if (name === undefined)
    return values.flatMap((file) => composedOf(file, files, dig(resource.manifest, ...edit.path) ?? null, edit.value));
  if (typeof name !== 'string') return [];
  const read = new Set([...templates].flatMap((file) => referencesOn(files.text(file))));
  const named = [...read].map((path) => path.split('.')).filter((path) => isNamed(path.at(-1), name));
  return values.flatMap((file) => {
    const text = files.yaml(file);
    return named
      .map((path) => ({ document: 0, path: [...path, ...rest.slice(1)] }))
      .filter((place) => text !== undefined && (text.valueAt(place) ?? null) === null)
      .map((place) => ({ file, in: 'yaml' as const, change: { place, op: 'set' as const, value: edit.value } }));
  });
}

/** Texts of this length or less are part of too much. */
const shortest = 3;

function composedOf(file: string, files: Files, rendered: Json, value: Json): SourceChange[] {
  const text = files.yaml(file);
  const found: SourceChange[] = [];
  const walk = (one: Json | undefined, path: Path): void => {
    if (found.length >= 4) return;
    if (typeof one === 'string' && one.length > shortest) {
      const now = part(one, rendered, value);
      const place = { document: 0, path };
      if (now !== undefined) found.push({ file, in: 'yaml', change: { place, op: 'set', value: now } });
    } else if (typeof one === 'object' && one !== null)
      for (const [key, inner] of Object.entries(one)) walk(inner, [...path, Array.isArray(one) ? Number(key) : key]);
  };
  walk(text?.valueAt({ document: 0, path: [] }), []);
  return found;
}

/** `podSecurityContext` is what is called `securityContext` in a pod. */
function isNamed(key: string | number | undefined, name: string): boolean {
  return typeof key === 'string' && key.toLowerCase().includes(name.toLowerCase());
}

function inYaml(aim: Aim, text: YamlText): YamlChange[] {
  const { edit, resource, location } = aim;
  const helm = aim.values !== undefined;
  const { there, rest } = split(resource, edit.path);
  const places = text.placesAt(location.span.startLine, location.span.startColumn).sort(
    // An item and its first key may begin at one position: the field's own last step tells which is meant.
    (a, b) => Number(stepsAlike(last(b), there.at(-1))) - Number(stepsAlike(last(a), there.at(-1))),
  );
  const wired = edit.op === 'set' ? wiredKey(places, location.key, text) : undefined;
  if (wired !== undefined && edit.op === 'set') {
    const others = inYaml({ ...aim, location: { ...location, key: [] } }, text);
    return [{ place: wired, op: 'set', value: edit.value }, ...others];
  }
  if (rest.length > 0) {
    if (edit.op === 'remove') return [];
    return places
      .flatMap((place) => (helm ? intoValues(place, rest) : intoObject(place, edit.path, there)))
      .filter((place) => text.valueAt(place) === undefined || text.valueAt(place) === null)
      .map((place) => ({ place, op: 'set', value: edit.value }));
  }
  if (edit.op === 'remove') return places.slice(0, 2).map((place) => ({ place, op: 'remove' }));
  const rendered = dig(resource.manifest, ...edit.path) ?? null;
  return places.flatMap((place) => {
    const own = translated(text.valueAt(place), rendered, edit.value);
    if (own !== undefined) return [{ place, op: 'set' as const, value: own }];
    return beside(place, text, rendered, edit.value);
  });
}

/** The key that tracing set, when nothing is there yet. Values may stand somewhere inside a file: in an object that holds them. */
function wiredKey(places: readonly YamlPlace[], key: Path = [], text: YamlText): YamlPlace | undefined {
  const [place] = places;
  if (place?.within !== undefined || place === undefined || key.length === 0) return undefined;
  for (let common = Math.min(key.length, place.path.length); common > 0; common--) {
    const tail = place.path.slice(place.path.length - common);
    if (JSON.stringify(tail) !== JSON.stringify(key.slice(0, common))) continue;
    const wired = extended(place, key.slice(common));
    return absent(text.valueAt(wired)) ? wired : undefined;
  }
  return undefined;
}

/** The part of a path that the object has, and what is missing. */
function split(resource: Resource, path: Path): { there: Path; rest: Path } {
  let depth = path.length;
  while (depth > 0 && absent(dig(resource.manifest, ...path.slice(0, depth)))) depth--;
  // A key without a value is there: it is the place to write one.
  while (depth < path.length && dig(resource.manifest, ...path.slice(0, depth + 1)) === null) depth++;
  return { there: path.slice(0, depth), rest: path.slice(depth) };
}

function absent(value: Json | undefined): boolean {
  return value === undefined || value === null;
}

/** In a file that holds the object itself: as deep as its place agrees with the path. */
function intoObject(place: YamlPlace, path: Path, there: Path): YamlPlace[] {
  const found: YamlPlace[] = [];
  for (let depth = there.length; depth > 0; depth--)
    if (stepsAlike(last(place), path[depth - 1])) found.push(extended(place, path.slice(depth)));
  if (there.length === 0) found.push(extended(rootOf(place), path));
  // A JSON patch names the path beside the value.
  if (last(place) === 'value') found.push(extended(place, path.slice(there.length)));
  return found;
}

/** In values: the map is the missing field's surroundings, or already the first missing step itself. */
function intoValues(place: YamlPlace, rest: Path): YamlPlace[] {
  const whole = extended(place, rest);
  const inner = extended(place, rest.slice(1));
  const [name] = rest;
  return typeof name === 'string' && isNamed(last(place), name) ? [inner, whole] : [whole, inner];
}

/** What to write where `old` stands, so that what was rendered from it becomes `value`. */
function translated(old: Json | undefined, rendered: Json, value: Json): Json | undefined {
  if (old === undefined) return undefined;
  if (isEqual(old, rendered)) return value;
  if (typeof old === 'boolean' && typeof rendered === 'boolean') return typeof value === 'boolean' ? !value : undefined;
  return part(old, rendered, value);
}

/** Of a composed text, the part that changes: the registry of an image. */
function part(old: Json, rendered: Json, value: Json): string | undefined {
  if (typeof old === 'object' || typeof rendered !== 'string' || typeof value !== 'string') return undefined;
  const text = String(old);
  const at = text === '' ? -1 : rendered.indexOf(text);
  if (at === -1) return undefined;
  const before = rendered.slice(0, at);
  const after = rendered.slice(at + text.length);
  if (!value.startsWith(before) || !value.endsWith(after) || value.length < before.length + after.length)
    return undefined;
  const now = value.slice(before.length, value.length - after.length);
  return now === text || now === '' ? undefined : now;
}

/** Keys beside the one that was found: of an image, the tag leads to the repository. */
function beside(place: YamlPlace, text: YamlText, rendered: Json, value: Json): YamlChange[] {
  const parent = parentOf(place);
  const around = text.valueAt(parent);
  if (typeof around !== 'object' || around === null || Array.isArray(around)) return [];
  return Object.entries(around).flatMap(([key, one]) => {
    const now = typeof one === 'string' ? part(one, rendered, value) : undefined;
    return now === undefined ? [] : [{ place: extended(parent, [key]), op: 'set' as const, value: now }];
  });
}

function isEqual(a: Json, b: Json): boolean {
  if (typeof a === 'object' || typeof b === 'object') return JSON.stringify(a) === JSON.stringify(b);
  return String(a) === String(b);
}

function stepsAlike(a: string | number | undefined, b: string | number | undefined): boolean {
  return a === b || (typeof a === 'number' && typeof b === 'number');
}

function last(place: YamlPlace): string | number | undefined {
  return place.within === undefined ? place.path.at(-1) : last(place.within);
}

function extended(place: YamlPlace, more: Path): YamlPlace {
  if (place.within !== undefined) return { ...place, within: extended(place.within, more) };
  return { ...place, path: [...place.path, ...more] };
}

function parentOf(place: YamlPlace): YamlPlace {
  if (place.within !== undefined) return { ...place, within: parentOf(place.within) };
  return { ...place, path: place.path.slice(0, -1) };
}

/** The object that begins at a place: an item of a list, or what holds the key. */
function rootOf(place: YamlPlace): YamlPlace {
  return typeof last(place) === 'number' ? place : parentOf(place);
}

function distinct(changes: readonly SourceChange[]): SourceChange[] {
  return [...new Map(changes.map((one) => [JSON.stringify(one), one])).values()];
}
