/** What may have set a rendered field, best guess first. Only a render with it changed proves one. */
import type { Json, JsonMap, Path, Resource } from '../../model.ts';
import { dig, isMap } from '../../subjects/values.ts';
import { changed, plausible, type Target } from '../probe.ts';
import { couldBe, holds, same } from './likeness.ts';
import type { Reference } from './references.ts';
import { insertion, replacement, type Printed } from './template-place.ts';
import { spaceOf, type TemplateEdit } from './template-edit.ts';
import { enclosingKey, expand, keyOf, mergedValue, type ValuesKey, type ValuesLayers } from './values-source.ts';

/** A values key, and the change of it that would show in the field. */
export interface ValuesCandidate {
  by: 'values';
  key: ValuesKey;
  /** Path in the chart's values (not in the file) that the trial sets. */
  trial: Path;
  /** What the trial sets there. */
  value: Json;
  /** Whether the template line itself reads the key; else another key may be the cause of what shows. */
  sure: boolean;
}

/** A change of the template line. */
export interface TemplateCandidate {
  by: 'template';
  edit: TemplateEdit;
  value: Json;
  sure: true;
}

export type Candidate = ValuesCandidate | TemplateCandidate;

/** Values that the template reads where the field is, or would be, printed. */
export interface Read {
  /** On the field's own lines, innermost first. */
  own: readonly Reference[];
  /** Of the conditions and loops around them. */
  around: readonly Reference[];
  /** In the template around a missing field, from the first to the last line of what encloses it. */
  wide: readonly Reference[];
}

/** Candidates of one field beyond this many are not worth the renders. */
const mostCandidates = 6;

/** A name for a candidate that other variants of a chart know it by too. */
export function nameOf(candidate: Candidate): string {
  return JSON.stringify(candidate.by === 'values' ? candidate.trial : spaceOf(candidate.edit).space);
}

/** The deepest part of `path` that the object has. */
export function existing(manifest: JsonMap, path: Path): Path {
  let depth = path.length;
  while (depth > 0 && dig(manifest, ...path.slice(0, depth)) === undefined) depth--;
  return path.slice(0, depth);
}

/** What may set the field: values keys, then the template line. */
export function candidatesFor(
  resource: Resource,
  target: Target,
  read: Read,
  layers: ValuesLayers,
  printed: Printed,
): Candidate[] {
  const there = existing(resource.manifest, target.path);
  const isPresent = there.length === target.path.length;
  const values = isPresent
    ? ofPresent(resource, target, read, layers)
    : ofMissing(resource, target, there, read, layers);
  const seen = new Set<string>();
  const distinct = values
    .filter(({ trial }) => {
      const key = JSON.stringify(trial);
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, mostCandidates);
  const edit = isPresent ? literal(resource, target, printed) : inserted(resource, target, there, printed);
  return edit === undefined ? distinct : [...distinct, edit];
}

function literal(resource: Resource, target: Target, printed: Printed): TemplateCandidate | undefined {
  const present = dig(resource.manifest, ...target.path);
  if (present === undefined) return undefined;
  const value = typeof target.value === 'object' || target.value === undefined ? changed(present) : target.value;
  const edit = replacement(printed, resource, target.path, value);
  return edit === undefined ? undefined : { by: 'template', edit, value, sure: true };
}

function inserted(resource: Resource, target: Target, there: Path, printed: Printed): TemplateCandidate | undefined {
  const value = target.value ?? plausible(target.path);
  const edit = insertion(printed, resource, there, target.path.slice(there.length), value);
  return edit === undefined ? undefined : { by: 'template', edit, value, sure: true };
}

/**
 * The values at the references, or below them along the end of the field's path, that equal what was rendered; then those that
 * are a part of it, the last part first, since it is the one that varies (the tag of an image); then those that a function
 * made into it.
 */
function ofPresent(resource: Resource, target: Target, read: Read, layers: ValuesLayers): ValuesCandidate[] {
  const { path } = target;
  const rendered = dig(resource.manifest, ...path) ?? null;
  const equal: ValuesCandidate[] = [];
  const part: ValuesCandidate[] = [];
  const made: ValuesCandidate[] = [];
  const look = (reference: Reference, own: boolean): void => {
    for (const base of expand(layers, reference.path))
      for (let from = 0; from <= path.length; from++) {
        const trial = extended(base, resource.manifest, path, from, layers);
        const value = mergedValue(layers, trial);
        const key = value === undefined ? undefined : keyOf(layers, trial);
        if (value === undefined || key === undefined) continue;
        const whole = from === path.length;
        if (whole && own && isScalar(rendered) && isMap(value)) part.push(...leaves(trial, value));
        const candidate = { by: 'values' as const, key, trial, sure: own || !whole };
        if (couldBe(value, rendered)) equal.push({ ...candidate, value: trialFor(value, target.value) });
        // A text of several lines is a template of its own: another text in its place says nothing of one of its lines.
        else if (textOf(value).includes('\n')) continue;
        else if (whole && isPartOf(value, rendered)) part.push({ ...candidate, value: changed(value) });
        else if (whole && own && isScalar(value) && isScalar(rendered))
          made.push({ ...candidate, sure: false, value: changed(value) });
      }
  };
  // A map that is handed on whole: its entries may have been put together to one text.
  const leaves = (trial: Path, value: JsonMap): ValuesCandidate[] =>
    Object.entries(value).flatMap(([name, one]): ValuesCandidate[] => {
      const inner = [...trial, name];
      const key = keyOf(layers, inner);
      if (key === undefined || one === '' || !isPartOf(one, rendered)) return [];
      return [{ by: 'values', key, trial: inner, sure: true, value: changed(one) }];
    });
  for (const reference of read.own) look(reference, true);
  for (const reference of read.around) look(reference, false);
  const positionOf = ({ key }: ValuesCandidate): number => textOf(rendered).lastIndexOf(textOf(key.value));
  return [...equal, ...part.sort((a, b) => positionOf(b) - positionOf(a)), ...made];
}

/** The value that should silence the finding, where the key takes one of its type. */
function trialFor(value: Json, wanted: Json | undefined): Json {
  const fits = wanted !== undefined && typeof wanted === typeof value && Array.isArray(wanted) === Array.isArray(value);
  return fits && !same(wanted, value) ? wanted : changed(value);
}

/**
 * For what is missing: a map in values that is printed around it, so that the field would go in there; an empty key of its
 * name; a switch of its name that is off; a key of its name that no file sets yet.
 */
function ofMissing(
  resource: Resource,
  target: Target,
  there: Path,
  { own, around, wide }: Read,
  layers: ValuesLayers,
): ValuesCandidate[] {
  const rest = target.path.slice(there.length);
  const value = target.value ?? plausible(target.path);
  // What is missing may be named for the mapping that it is missing from.
  const steps = target.path.slice(Math.max(0, there.length - 1));
  const named = wide.filter(({ path }) => isNamedLike(path, steps));
  return [
    ...[...own, ...around].flatMap((reference) => ofWired(reference, resource.manifest, there, rest, value, layers)),
    ...named.flatMap((reference) => ofEmpty(reference, steps, value, layers)),
    ...named.flatMap((reference) => ofSwitch(reference, layers)),
    ...named.flatMap((reference) => ofUnset(reference, steps, value, layers)),
  ];
}

/** A map in values that was printed, alone or among others, as the mapping around the field. */
function ofWired(
  reference: Reference,
  manifest: JsonMap,
  there: Path,
  rest: Path,
  value: Json,
  layers: ValuesLayers,
): ValuesCandidate[] {
  const printed = dig(manifest, ...there) ?? null;
  return expand(layers, reference.path).flatMap((base): ValuesCandidate[] => {
    for (let from = 0; from <= there.length; from++) {
      const at = extended(base, manifest, there, from, layers);
      const key = keyOf(layers, at);
      if (key === undefined) continue;
      // A null of the chart's own is printed as one.
      const map = mergedValue(layers, at) ?? null;
      const isAmong = isMap(map) && isMap(printed) && Object.keys(map).length > 0 && holds(printed, map);
      if (couldBe(map, printed) || isAmong)
        return [{ by: 'values', key, trial: [...at, ...rest], value, sure: !isEmpty(map) }];
    }
    return [];
  });
}

/** `securityContext: {}`. */
function ofEmpty({ path }: Reference, steps: Path, value: Json, layers: ValuesLayers): ValuesCandidate[] {
  return expand(layers, path).flatMap((base): ValuesCandidate[] => {
    const key = keyOf(layers, base);
    const now = key === undefined ? undefined : mergedValue(layers, base);
    if (key === undefined || now === undefined || !(isEmpty(now) || isMap(now))) return [];
    return [{ by: 'values', key, trial: [...base, ...below(base, steps)], value, sure: false }];
  });
}

/** `readinessProbe: { enabled: false }`. */
function ofSwitch({ path }: Reference, layers: ValuesLayers): ValuesCandidate[] {
  return expand(layers, path).flatMap((base): ValuesCandidate[] => {
    const switches = [base, [...base, 'enabled'], [...base, 'create']];
    return switches.flatMap((trial): ValuesCandidate[] => {
      const key = keyOf(layers, trial);
      return key?.value === false ? [{ by: 'values', key, trial, value: true, sure: false }] : [];
    });
  });
}

/** A key that the template reads and no file has: it goes into the mapping that would hold it. */
function ofUnset({ path }: Reference, steps: Path, value: Json, layers: ValuesLayers): ValuesCandidate[] {
  return expand(layers, path).flatMap((base): ValuesCandidate[] => {
    if (mergedValue(layers, base) !== undefined) return [];
    const key = enclosingKey(layers, base);
    if (key === undefined) return [];
    return [{ by: 'values', key, trial: [...base, ...below(base, steps)], value, sure: false }];
  });
}

/** Whether the values are named for a step of what is missing: `containerSecurityContext` for `securityContext`. */
function isNamedLike(values: Reference['path'], steps: Path): boolean {
  return steps.some((step) => typeof step === 'string' && values.some((name) => isLike(name, step)));
}

function isLike(name: string, step: string): boolean {
  return name.toLowerCase().includes(step.toLowerCase());
}

/** What is missing below the step that the key is named for. */
function below(base: Path, steps: Path): Path {
  const last = String(base.at(-1) ?? '');
  return steps.slice(
    1 +
      Math.max(
        0,
        steps.findLastIndex((step) => typeof step === 'string' && isLike(last, step)),
      ),
  );
}

/** The value at the end of a field's path, below a value that may be printed around it. Items that others were put before are found again. */
function extended(base: Path, manifest: JsonMap, path: Path, from: number, layers: ValuesLayers): Path {
  const at = [...base];
  for (let depth = from; depth < path.length; depth++) {
    const step = path[depth] ?? '';
    const list = typeof step === 'number' ? mergedValue(layers, at) : undefined;
    const index = Array.isArray(list) ? itemLike(list, dig(manifest, ...path.slice(0, depth + 1)) ?? null) : -1;
    at.push(index === -1 ? step : index);
  }
  return at;
}

/** The item that was printed: the equal one, else the one of its name. */
function itemLike(list: readonly Json[], printed: Json): number {
  const equal = list.findIndex((item) => couldBe(item, printed));
  if (equal !== -1 || !isMap(printed)) return equal;
  return list.findIndex(
    (item) => isMap(item) && typeof item.name === 'string' && couldBe(item.name, printed.name ?? null),
  );
}

function isPartOf(value: Json, rendered: Json): boolean {
  if (typeof value === 'object' || typeof rendered !== 'string') return false;
  const text = String(value);
  return text !== '' && rendered.includes(text);
}

function textOf(value: Json): string {
  return typeof value === 'object' ? '' : String(value);
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object';
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
