/** Tries values keys by rendering with them changed: many in one render, fewer where the outcome leaves doubt. */
import { dig } from '../../subjects/values.ts';
import type { Json, JsonMap, Path, Resource } from '../../model.ts';
import type { Candidate } from './candidates.ts';
import { mergedValue, pathIn, type ValuesLayers } from './values-source.ts';

/** One field whose key is looked for. */
export interface Question {
  resource: Resource;
  path: Path;
  candidates: readonly Candidate[];
  layers: ValuesLayers;
}

/** Renders with values on top and gives the objects; undefined when it does not render. */
export type RenderWith = (values: JsonMap) => Promise<readonly Resource[] | undefined>;

/** Renders a unit may spend on proofs. */
export const defaultBudget = 8;

/**
 * The candidate that is proved for each question.
 * Rounds: all first candidates together, then all second ones …; a render that fails is split in halves while the budget lasts.
 */
export async function prove(
  questions: readonly Question[],
  render: RenderWith,
  budget = defaultBudget,
): Promise<Map<Question, Candidate>> {
  const proved = new Map<Question, Candidate>();
  let left = budget;
  const tryAll = async (asked: readonly (readonly [Question, Candidate])[]): Promise<void> => {
    if (asked.length === 0 || left <= 0) return;
    left--;
    const resources = await render(overlay(asked));
    if (resources === undefined) {
      if (asked.length === 1) return;
      const middle = asked.length >> 1;
      await tryAll(asked.slice(0, middle));
      await tryAll(asked.slice(middle));
      return;
    }
    const unsure: (readonly [Question, Candidate])[] = [];
    for (const one of asked) {
      const outcome = shows(one[0], one[1], resources);
      if (outcome === 'yes') proved.set(one[0], one[1]);
      else if (outcome === 'perhaps') unsure.push(one);
    }
    // Alone in its render, a change that makes the field go away is the cause of it.
    if (asked.length === 1) for (const [question, candidate] of unsure) proved.set(question, candidate);
    else await splitUnsure(unsure);
  };
  const splitUnsure = async (unsure: readonly (readonly [Question, Candidate])[]): Promise<void> => {
    const byTrial = Map.groupBy(unsure, ([, candidate]) => JSON.stringify(candidate.trial));
    for (const group of byTrial.values()) {
      if (left <= 0) return;
      left--;
      const resources = await render(overlay(group));
      if (resources === undefined) continue;
      for (const [question, candidate] of group)
        if (shows(question, candidate, resources) !== 'no') proved.set(question, candidate);
    }
  };
  const rounds = Math.max(0, ...questions.map(({ candidates }) => candidates.length));
  for (let round = 0; round < rounds && left > 0; round++)
    await tryAll(
      questions.flatMap((question) => {
        const candidate = question.candidates[round];
        return candidate === undefined || proved.has(question) ? [] : [[question, candidate] as const];
      }),
    );
  return proved;
}

/** One values file that holds all trials. Lists are given whole, since helm replaces them. */
export function overlay(asked: readonly (readonly [Question, Candidate])[]): JsonMap {
  const root: Record<string, Json> = {};
  for (const [{ layers }, { trial, value, key }] of asked) {
    const prefix = pathIn(key.layer, []);
    const chain = trial[0] === 'global' ? [] : chainOf(layers, prefix);
    const firstIndex = trial.findIndex((step) => typeof step === 'number');
    if (firstIndex === -1) set(root, [...chain, ...trial], value);
    else {
      const list = trial.slice(0, firstIndex);
      const target = [...chain, ...list];
      const present = dig(root, ...target) ?? structuredClone(mergedValue(layers, list) ?? []);
      set(root, target, present);
      set(root, [...chain, ...trial], value);
    }
  }
  return root;
}

/** Trials are given to the chart that is rendered: under the longest prefix that any layer uses. */
function chainOf(layers: ValuesLayers, prefix: Path): Path {
  return layers.reduce((longest, layer) => (layer.prefix.length > longest.length ? layer.prefix : longest), prefix);
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

/** Whether the field shows the change. `perhaps`: it is gone, which another change may have done. */
function shows(
  { resource, path }: Question,
  { value }: Candidate,
  after: readonly Resource[],
): 'yes' | 'no' | 'perhaps' {
  const same = after.filter(
    (one) => one.kind === resource.kind && one.name === resource.name && one.namespace === resource.namespace,
  );
  const now = same.length === 1 ? same[0] : same.find((one) => one.index === resource.index);
  if (now === undefined) return 'no';
  const before = dig(resource.manifest, ...path);
  const shown = dig(now.manifest, ...path);
  if (shown === undefined) return before === undefined ? 'no' : 'perhaps';
  if (JSON.stringify(shown) === JSON.stringify(before)) return 'no';
  if (typeof value === 'boolean' || Array.isArray(value)) return 'perhaps';
  return JSON.stringify(shown).includes(typeof value === 'object' ? 'plimsoll' : String(value)) ? 'yes' : 'no';
}
