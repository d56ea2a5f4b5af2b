/** Tries the places that were found: many changes in one build, fewer where it fails. */
import type { Json, Resource } from '../../model.ts';
import { dig } from '../../subjects/values.ts';
import { plausible, probe, type Target } from '../probe.ts';
import type { Budget, Fault } from '../renderer.ts';
import { sameObject } from '../same-object.ts';
import { isMade } from '../shown.ts';
import { same } from './field.ts';
import type { Place } from './sources.ts';
import { edited, type TextEdit } from './text-edit.ts';

/** One field with the place that is held to set it. */
export interface Question {
  resource: Resource;
  /** The field that the trial sets. */
  target: Target;
  place: Place;
  /** Steps of the target's path that the place covers. */
  depth: number;
  fault?: Fault;
}

/**
 * Whether the change at the place showed. `finding`: in the field, and the finding changed. `field`: in the field alone.
 * `perhaps`: something else changed, or it could not be tried.
 */
export type Outcome = 'finding' | 'field' | 'perhaps' | 'no';

export type BuildWith = (files: ReadonlyMap<string, string>) => Promise<readonly Resource[] | undefined>;

type Attempt = readonly [Question, TextEdit];

/** Tries all questions; those that could not be tried are left out. */
export async function prove(
  questions: readonly Question[],
  text: (file: string) => string | undefined,
  build: BuildWith,
  budget: Budget,
): Promise<Map<Question, Outcome>> {
  const outcomes = new Map<Question, Outcome>();
  const tryAll = async (asked: readonly Attempt[]): Promise<void> => {
    if (asked.length === 0 || !budget.take()) return;
    const resources = await build(
      edited(
        asked.map(([, edit]) => edit),
        text,
      ),
    );
    if (resources !== undefined) {
      const unsure: Attempt[] = [];
      for (const one of asked) {
        const outcome = shows(one, resources);
        if (outcome === 'perhaps' && asked.length > 1 && isChanged(one, resources)) unsure.push(one);
        else outcomes.set(one[0], outcome === 'perhaps' && isCause(one, asked, resources) ? 'finding' : outcome);
      }
      for (const one of unsure) await tryAll([one]);
      return;
    }
    if (asked.length === 1) return;
    const middle = asked.length >> 1;
    await tryAll(asked.slice(0, middle));
    await tryAll(asked.slice(middle));
  };
  let waiting = questions.flatMap((question): Attempt[] => {
    const edit = changeOf(question);
    return edit === undefined ? [] : [[question, edit]];
  });
  while (waiting.length > 0) {
    const batch: Attempt[] = [];
    const later: Attempt[] = [];
    for (const one of waiting) (batch.some(([, edit]) => disagree(edit, one[1])) ? later : batch).push(one);
    await tryAll(batch);
    waiting = later;
  }
  return outcomes;
}

/** Alone in its build, a change is the cause of what it does to the finding, however the field shows it. */
function isCause(attempt: Attempt, asked: readonly Attempt[], after: readonly Resource[]): boolean {
  return asked.length === 1 && isChanged(attempt, after);
}

function isChanged([{ fault }]: Attempt, after: readonly Resource[]): boolean {
  return fault !== undefined && fault.status(after) !== 'there';
}

/** Whether two edits put different values in one place. */
function disagree(one: TextEdit, other: TextEdit): boolean {
  if (one.kind !== other.kind || one.place.file !== other.place.file) return false;
  if (JSON.stringify(one.content.span) !== JSON.stringify(other.content.span)) return false;
  if (JSON.stringify(one) === JSON.stringify(other)) return false;
  if (one.kind === 'replace' || other.kind === 'replace')
    return JSON.stringify(one.value) !== JSON.stringify(other.value);
  const shared = Math.min(one.path.length, other.path.length);
  if (!one.path.slice(0, shared).every((step, index) => other.path[index] === step)) return false;
  return one.path.length !== other.path.length || JSON.stringify(one.value) !== JSON.stringify(other.value);
}

/** The change to try; undefined for what the build itself goes by (names, kinds) and for texts of several lines. */
function changeOf({ resource, target, place, depth }: Question): TextEdit | undefined {
  const { path } = target;
  const { content } = place;
  const [first, second] = path;
  if (content === undefined || path.length === 0) return undefined;
  const isThere = dig(resource.manifest, ...path) !== undefined;
  const isName = first === 'metadata' && (second === 'name' || (second === 'namespace' && isThere));
  if (first === 'kind' || first === 'apiVersion' || isName) return undefined;
  const rest = path.slice(depth);
  if (content.shape === 'text') {
    if (!isThere || rest.length > 0) return undefined;
    return { kind: 'replace', place, content, value: valueFor(content.value ?? null, target.value) };
  }
  if (content.shape === 'other' || (isThere && rest.length > 0)) return undefined;
  if (rest.some((step) => typeof step === 'number')) return undefined;
  if (rest.length === 0) return { kind: 'insert', place, content, path: [probe], value: probe };
  return { kind: 'insert', place, content, path: rest.map(String), value: target.value ?? plausible(path) };
}

/** The value that should silence the finding, unless it is there already or none that could stand in its place. */
function valueFor(now: Json, wanted: Json | undefined): Json {
  if (wanted !== undefined && typeof wanted !== 'object' && !same(wanted, now)) return wanted;
  if (typeof now === 'boolean') return !now;
  if (typeof now === 'number') return now + 1;
  return `${typeof now === 'string' ? now : ''}-${probe}`;
}

function shows([{ resource, target, fault }, edit]: Attempt, after: readonly Resource[]): Outcome {
  const now = sameObject(resource, after);
  if (now === undefined) return 'perhaps';
  const before = dig(resource.manifest, ...target.path);
  const shown = dig(now.manifest, ...target.path);
  if (before !== undefined && shown !== undefined && same(before, shown)) return 'no';
  if (shown === undefined) return before === undefined ? 'no' : 'perhaps';
  if (!isMade(shown, edit.value)) return 'perhaps';
  return fault?.status(after) === 'there' ? 'field' : 'finding';
}
