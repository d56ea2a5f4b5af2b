/** Tries candidates by rendering with them changed: many in one render, fewer where the outcome leaves doubt. */
import type { Json, Path, Resource } from '../../model.ts';
import { dig } from '../../subjects/values.ts';
import type { Budget, Fault } from '../renderer.ts';
import { sameObject } from '../same-object.ts';
import { isMade } from '../shown.ts';
import type { Candidate } from './candidates.ts';
import { spaceOf, type TemplateEdit } from './template-edit.ts';
import { mergedValue, type ValuesLayers } from './values-source.ts';

/** One field whose place is looked for. */
export interface Question {
  resource: Resource;
  /** The field that the trials set. */
  path: Path;
  fault?: Fault;
  candidates: readonly Candidate[];
  layers: ValuesLayers;
  /** Template lines (`file:line`) that print what is around the field. */
  printedBy?: ReadonlySet<string>;
}

/** A change of the unit: values that win over all others, and edited template lines. */
export interface Change {
  values: Record<string, Json>;
  templates: readonly TemplateEdit[];
}

/** Renders with a change and gives the objects, or the tool's words when it fails. */
export type RenderWith = (change: Change) => Promise<{ resources: readonly Resource[] } | { failed: string }>;

/** `gone`: the change was made there, and the finding was gone. `changed`: it said something else. `field`: only the field changed. */
export interface Proved {
  candidate: Candidate;
  by: 'gone' | 'changed' | 'field';
}

const ranks = ['field', 'changed', 'gone'] as const;

type Attempt = readonly [Question, Candidate];

/**
 * The candidate that is proved for each question. Rounds: all first candidates together, then all second ones …; those that
 * cannot share a render wait for the next; a render that fails is split while the budget lasts.
 */
export async function prove(
  questions: readonly Question[],
  render: RenderWith,
  budget: Budget,
): Promise<Map<Question, Proved>> {
  const proved = new Map<Question, Proved>();
  const isDone = (question: Question): boolean => proved.get(question)?.by === 'gone';
  const keep = ([question, candidate]: Attempt, by: Proved['by']): void => {
    const before = proved.get(question);
    if (before === undefined || ranks.indexOf(by) > ranks.indexOf(before.by)) proved.set(question, { candidate, by });
  };
  /** Candidates that had a render to themselves. */
  const settled = new Set<Candidate>();
  /** What is left of batches that failed, the surest first: a part that fails again must not keep the others waiting. */
  const parts: (readonly Attempt[])[] = [];
  const tryAll = async (batch: readonly Attempt[]): Promise<void> => {
    parts.push(batch);
    for (let asked = parts.shift(); asked !== undefined; asked = parts.shift()) await tryOne(asked);
  };
  const tryOne = async (asked: readonly Attempt[]): Promise<void> => {
    if (asked.length === 0 || !budget.take()) return;
    if (asked.length === 1) for (const [, candidate] of asked) settled.add(candidate);
    const again = await render(changeOf(asked));
    if ('failed' in again) {
      if (asked.length > 1) parts.push(...split(asked, again.failed));
      return;
    }
    const unsure: Attempt[] = [];
    for (const one of asked) {
      const outcome = shows(one, asked, again.resources);
      if (outcome === 'no') continue;
      if (outcome.isSure || asked.length === 1) keep(one, outcome.by);
      else unsure.push(one);
    }
    // Alone in its render, a change that makes the field go away is the cause of it.
    for (const group of Map.groupBy(unsure, ([, candidate]) => trialOf(candidate)).values()) {
      if (!budget.take()) return;
      const alone = await render(changeOf(group));
      if ('failed' in alone) continue;
      for (const one of group) {
        const outcome = shows(one, group, alone.resources);
        if (outcome !== 'no') keep(one, outcome.by);
      }
    }
  };
  const next = new Map(questions.map((question) => [question, 0]));
  for (;;) {
    const batch: Attempt[] = [];
    for (const [question, index] of next) {
      const candidate = question.candidates[index];
      if (candidate === undefined || isDone(question)) next.delete(question);
      else if (
        !batch.some(
          (other) =>
            disagree(other, [question, candidate]) ||
            areRivals(other, [question, candidate]) ||
            // An object that goes by another name is not found again, and shows nothing of what else was changed.
            isIdentity(other[0].path) !== isIdentity(question.path),
        )
      ) {
        batch.push([question, candidate]);
        next.set(question, index + 1);
      }
    }
    if (batch.length === 0) break;
    await tryAll(batch);
  }
  // What did not show may have been hidden by another change of its render.
  const hidden: Attempt[] = [];
  for (const question of questions) {
    const last = question.candidates.at(-1);
    if (proved.has(question) || last === undefined || settled.has(last)) continue;
    if (!hidden.some((other) => disagree(other, [question, last]))) hidden.push([question, last]);
  }
  if (hidden.length > 0 && hidden.length < questions.length) await tryAll(hidden);
  return proved;
}

/** Whether two trials set one thing to different values. */
function disagree([one, a]: Attempt, [other, b]: Attempt): boolean {
  const left = settingOf(one, a);
  const right = settingOf(other, b);
  if (left.space !== right.space) return false;
  const shared = Math.min(left.path.length, right.path.length);
  if (!left.path.slice(0, shared).every((step, index) => right.path[index] === step)) return false;
  return left.path.length !== right.path.length || JSON.stringify(left.value) !== JSON.stringify(right.value);
}

/** What a trial sets, in which of the spaces that do not touch one another. */
function settingOf(question: Question, candidate: Candidate): { space: string; path: Path; value: Json } {
  if (candidate.by === 'template') return spaceOf(candidate.edit);
  return { space: 'values', path: inChart(question.layers, candidate.trial), value: candidate.value };
}

/** The same for trials that are one and the same change. */
function trialOf(candidate: Candidate): string {
  return JSON.stringify(candidate.by === 'values' ? candidate.trial : spaceOf(candidate.edit));
}

/** Smaller batches after a failure: what the tool names apart from the rest, guesses apart from what is sure, else halves. */
function split(asked: readonly Attempt[], words: string): readonly (readonly Attempt[])[] {
  const isNamed = ([{ resource }, candidate]: Attempt): boolean => {
    const printedBy = /templates\/.*/.exec(resource.origin.file)?.[0];
    return (
      (candidate.by === 'template' && words.includes(candidate.edit.file)) ||
      (printedBy !== undefined && words.includes(printedBy))
    );
  };
  const tests = [([, { by }]: Attempt) => by === 'template', isNamed, ([, { sure }]: Attempt) => sure];
  for (const test of tests) {
    const parts = [asked.filter((one) => !test(one)), asked.filter(test)];
    if (parts.every((part) => part.length > 0)) return parts;
  }
  const middle = asked.length >> 1;
  return [asked.slice(0, middle), asked.slice(middle)];
}

/** All trials together. Lists are given whole, since helm replaces them. */
function changeOf(asked: readonly Attempt[]): Change {
  const values: Record<string, Json> = {};
  const templates: TemplateEdit[] = [];
  for (const [question, candidate] of asked) {
    if (candidate.by === 'template') {
      templates.push(candidate.edit);
      continue;
    }
    put(values, question.layers, candidate.trial, candidate.value);
  }
  return { values, templates };
}

/** Sets a value of a chart among those that win over all others. */
export function put(values: Record<string, Json>, layers: ValuesLayers, trial: Path, value: Json): void {
  const path = inChart(layers, trial);
  const firstIndex = trial.findIndex((step) => typeof step === 'number');
  if (firstIndex !== -1) {
    const list = path.slice(0, path.length - trial.length + firstIndex);
    if (dig(values, ...list) === undefined)
      set(values, list, structuredClone(mergedValue(layers, trial.slice(0, firstIndex)) ?? []));
  }
  set(values, path, value);
}

/** The trial's path in the values of the chart that is rendered. */
function inChart(layers: ValuesLayers, trial: Path): Path {
  return trial[0] === 'global' ? trial : [...layers.chain, ...trial];
}

function set(root: Record<string, Json>, path: Path, value: Json): void {
  let at = root as Record<string | number, Json>;
  path.forEach((step, index) => {
    if (index === path.length - 1) {
      at[step] = value;
      return;
    }
    const next = at[step];
    if (typeof next !== 'object' || next === null) at[step] = {};
    at = at[step] as unknown as Record<string | number, Json>;
  });
}

/** What a change did. Unsure: the finding changed with the field, but another change of the same render may have done that. */
function shows(
  attempt: Attempt,
  asked: readonly Attempt[],
  after: readonly Resource[],
): { by: Proved['by']; isSure: boolean } | 'no' {
  const [{ resource, path, fault }, candidate] = attempt;
  const now = sameObject(resource, after);
  if (now === undefined)
    return isIdentity(path) && fault?.status(after) === 'gone' ? { by: 'gone', isSure: candidate.sure } : 'no';
  const before = dig(resource.manifest, ...path);
  const shown = dig(now.manifest, ...path);
  if (JSON.stringify(shown) === JSON.stringify(before)) return 'no';
  const status = fault?.status(after) ?? 'gone';
  const isPlain = shown !== undefined && isMade(shown, candidate.value);
  if (status === 'there') return isPlain ? { by: 'field', isSure: true } : 'no';
  const rivals = asked.some((other) => couldBeFor(other, attempt));
  return { by: status, isSure: isPlain && (candidate.sure || !rivals) };
}

/** What an object is found by again. */
function isIdentity([first, second]: Path): boolean {
  return (
    first === 'kind' || first === 'apiVersion' || (first === 'metadata' && /^name(?:space)?$/.test(String(second)))
  );
}

/** Whether another trial of the same render, meant for a like field, sets another key to the same value. */
function couldBeFor([question, candidate]: Attempt, [own, tried]: Attempt): boolean {
  return (
    candidate.by === 'values' &&
    tried.by === 'values' &&
    JSON.stringify(candidate.trial) !== JSON.stringify(tried.trial) &&
    JSON.stringify(candidate.value) === JSON.stringify(tried.value) &&
    tailOf(question) === tailOf(own)
  );
}

/** Whether what one of the two sets could be taken for the other's: they are tried one after the other. */
function areRivals(one: Attempt, other: Attempt): boolean {
  if (!(one[1].sure && other[1].sure) && couldBeFor(one, other)) return true;
  return editsFor(one, other) || editsFor(other, one);
}

/** Whether one of the two edits a template line that prints the other's field too, which a value is tried for. */
function editsFor([question, { by, ...candidate }]: Attempt, [own, tried]: Attempt): boolean {
  if (by !== 'template' || tried.by !== 'values' || !('edit' in candidate)) return false;
  const { file, line } = candidate.edit;
  return own.printedBy?.has(`${file}:${line}`) === true && tailOf(question) === tailOf(own);
}

/** `securityContext.privileged` of whichever container. */
function tailOf({ path }: Question): string {
  return path
    .filter((step) => typeof step === 'string')
    .slice(-2)
    .join('.');
}
