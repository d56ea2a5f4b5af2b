/** Follows a field from the file its object comes from through every kustomization that is applied to it. */
import type { Json, Path, Resource, SourceLocation, TrailStep } from '../../model.ts';
import { dig } from '../../subjects/values.ts';
import { isMap, listOf, mapOf, textOf } from '../yaml.ts';
import { follow, holds, same, scalarText, stepsOf } from './field.ts';
import { configured } from './configured.ts';
import { generatedNames } from './generated.ts';
import type { Closure, Kustomizations } from './graph.ts';
import type { Kustomization } from './kustomization.ts';
import { waysTo } from './layers.ts';
import type { Replacement } from './replacements.ts';
import { sourcesIn, type Place, type Source } from './sources.ts';
import { nameOf, selects, subjectOf, type Subject } from './subject.ts';
import { applyLayer, type Followed, type Files } from './writers.ts';
import type { Write } from './write.ts';

/** The place of a field, before it is proved. */
export interface Found {
  location: SourceLocation;
  place: Place;
  /** Steps of the path that the place covers. */
  depth: number;
}

export interface Build {
  closure: Closure;
  all: Kustomizations;
  root: string;
  resources: readonly Resource[];
  /** The text of a file that the build reads. */
  text(file: string): string | undefined;
}

/** Finds the places of fields of one build. Undefined: nothing is known of the object's origin. */
export function finderOf(build: Build): (resource: Resource, path: Path) => Found | undefined {
  const known = new Map<string, Source[]>();
  const sources = (file: string): Source[] => {
    const read = known.get(file) ?? sourcesIn(file, build.text(file) ?? '');
    known.set(file, read);
    return read;
  };
  const reading = {
    sources,
    text: (file: string) => build.text(file),
    folder: (path: string) => build.all.byFolder.get(path),
  };
  const find = (resource: Resource, path: Path, copies: number): Found | undefined => {
    const copied = (replacement: Replacement): Write | undefined => {
      const from = replacement.source;
      // A ring of replacements copies for ever.
      if (from === undefined || copies >= 4) return undefined;
      const at = sourceOf(build.resources, from.target);
      const inner = at === undefined ? undefined : pathOf(at.manifest, from.fieldPath);
      const found = at === undefined || inner === undefined ? undefined : find(at, inner, copies + 1);
      if (at === undefined || inner === undefined || found?.location.precision !== 'exact') return undefined;
      const value = replacement.partly ? undefined : dig(at.manifest, ...inner);
      return { place: found.place, depth: 0, value, trail: found.location.trail };
    };
    const followed = followOf(build, { ...reading, copied }, resource, path);
    return followed === undefined ? undefined : choose(followed.followed, resource, path, followed.origin);
  };
  return (resource, path) => find(resource, path, 0);
}

/** The rendered object that a replacement copies from; undefined when several could be meant. */
function sourceOf(resources: readonly Resource[], target: Json): Resource | undefined {
  const { name, ...rest } = mapOf(target);
  const wanted = textOf(name);
  const found = resources.filter((one) => {
    const subject: Subject = subjectOf(one.manifest);
    return selects(rest, subject) && (wanted === '' || one.name.includes(wanted));
  });
  const exact = found.filter((one) => one.name === wanted);
  return exact.length === 1 ? exact[0] : found.length === 1 ? found[0] : undefined;
}

function pathOf(manifest: Json, tokens: readonly string[]): Path | undefined {
  const path: (string | number)[] = [];
  let at: Json | undefined = manifest;
  for (const token of tokens) {
    if (Array.isArray(at)) {
      const list: readonly Json[] = listOf(at);
      const named = /^\[([^=\]]+)=(.*)\]$/.exec(token);
      const index =
        named === null ? Number(token) : list.findIndex((one) => scalarText(mapOf(one)[named[1] ?? '']) === named[2]);
      path.push(index);
      at = list[index];
    } else {
      path.push(token);
      at = isMap(at) && Object.hasOwn(at, token) ? at[token] : undefined;
    }
    if (at === undefined) return undefined;
  }
  return path;
}

type FollowedFrom = { followed: Followed; origin: TrailStep };

function followOf(build: Build, files: Files, resource: Resource, path: Path): FollowedFrom | undefined {
  const steps = stepsOf(resource.manifest, path);
  const { file: from } = resource.origin;
  const isGenerated = [...build.all.byFolder.values()].some(
    (one) => one.file === from || configured(one, 'generators', files).some(({ file }) => file === from),
  );
  const found: FollowedFrom[] = [];
  const run = (
    way: readonly Kustomization[],
    subject: Subject,
    origin: Json,
    writes: Write[],
    step: TrailStep,
  ): void => {
    const followed: Followed = { subject, steps, origin, writes };
    for (const one of way) applyLayer(followed, one, files);
    found.push({ followed, origin: step });
  };
  if (isGenerated) {
    const bare = subjectOf(resource.manifest);
    for (const { folder, file } of build.all.byFolder.values()) {
      const one = build.all.byFolder.get(folder);
      if (one === undefined || !build.closure.kustomizations.includes(file)) continue;
      const making = [...files.sources(file), ...configured(one, 'generators', files)];
      for (const name of generatedNames(making, resource.kind))
        for (const way of waysTo(file, build.root, build.all))
          run(way, { ...bare, names: [name], namespaces: [''] }, null, [], originStep(files.sources(file)[0], file));
    }
    // The way from the innermost generator has the others of its name on it.
    return found
      .filter(({ followed }) => isNamed(resource, followed.subject, true) && followed.writes.length > 0)
      .sort((a, b) => b.followed.writes.length - a.followed.writes.length)[0];
  }
  const ways = waysTo(resource.origin.file, build.root, build.all);
  for (const document of files.sources(resource.origin.file).flatMap(objectsOf)) {
    const subject = subjectOf(mapOf(document.value));
    if (subject.kind !== resource.kind) continue;
    const own = follow(document.value, steps);
    const place = document.find(own.path);
    if (place === undefined) continue;
    const depth = own.path.length;
    const whole = depth === path.length ? { value: own.value } : {};
    for (const way of ways)
      run(
        way,
        subjectOf(mapOf(document.value)),
        document.value,
        [{ place, depth, ...whole, trail: [] }],
        originStep(document, place.file),
      );
  }
  const named = found.filter(({ followed }) => isNamed(resource, followed.subject, false));
  const [first] = named.length > 0 ? named : found.length === 1 ? found : [];
  return first;
}

function isNamed(resource: Resource, subject: Subject, hashed: boolean): boolean {
  const name = nameOf(subject);
  const namespace = subject.namespaces.at(-1) ?? '';
  if (namespace !== '' && resource.namespace !== '' && namespace !== resource.namespace) return false;
  return (
    resource.name === name ||
    (hashed && resource.name.startsWith(`${name}-`) && /^-[a-z0-9]{10}$/.test(resource.name.slice(name.length)))
  );
}

function originStep(source: Source | undefined, file: string): TrailStep {
  const place = source?.find(['metadata', 'name']) ?? source?.find([]);
  const span = place?.span ?? { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  return { label: 'origin', file, span };
}

/** The objects of a document: itself, or the items of a list. */
function objectsOf(source: Source): Source[] {
  const { kind, items } = mapOf(source.value);
  if (!textOf(kind).endsWith('List') || !Array.isArray(items)) return [source];
  return listOf(items).map((value, index) => ({
    file: source.file,
    value,
    find: (path) => source.find(['items', index, ...path]),
    within: (path) => source.within(['items', index, ...path]),
  }));
}

/** The place among the writes: the last that set the field; for what is missing, the deepest around it. */
function choose({ writes, steps }: Followed, resource: Resource, path: Path, origin: TrailStep): Found | undefined {
  const rendered = dig(resource.manifest, ...path);
  const whole = writes.filter(({ depth, removes }) => depth === steps.length && removes !== true);
  const agrees = ({ value }: Write): boolean =>
    value !== undefined &&
    rendered !== undefined &&
    (typeof rendered === 'object' ? holds(rendered, value) : same(rendered, value));
  const last = writes.at(-1);
  if (rendered === undefined && last?.removes === true) return foundAt(last, 'exact', origin);
  if (rendered !== undefined && whole.length > 0) {
    // Of a mapping that several places fill, the one that brought it in.
    const agreeing = whole.filter(agrees);
    const write = typeof rendered === 'object' && rendered !== null ? agreeing[0] : agreeing.at(-1);
    return write === undefined ? foundAt(whole.at(-1), 'nearest', origin) : foundAt(write, 'exact', origin);
  }
  const around = writes.filter(({ removes }) => removes !== true);
  const deepest = Math.max(-1, ...around.map(({ depth }) => depth));
  return foundAt(
    around.find(({ depth }) => depth === deepest),
    'nearest',
    origin,
  );
}

function foundAt(write: Write | undefined, precision: 'exact' | 'nearest', origin: TrailStep): Found | undefined {
  if (write === undefined) return undefined;
  const { place, depth, trail } = write;
  const steps = place.file === origin.file ? trail : [...trail, origin];
  return { place, depth, location: { file: place.file, span: place.span, precision, trail: steps } };
}
