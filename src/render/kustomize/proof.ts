/** Tries the places that were found: many changes in one build, fewer where it fails. */
import type { Json, Path, Resource } from '../../model.ts';
import { dig } from '../../subjects/values.ts';
import { isMap } from '../yaml.ts';
import { same } from './field.ts';
import type { Place } from './sources.ts';
import { edited, type TextEdit } from './text-edit.ts';

/** One field with the place that is held to set it. */
export interface Question {
  resource: Resource;
  path: Path;
  place: Place;
  /** Steps of the path that the place covers. */
  depth: number;
}

/** Whether the change at the place showed in the field. `perhaps`: something changed, or it could not be tried. */
export type Outcome = 'yes' | 'perhaps' | 'no';

export type BuildWith = (files: ReadonlyMap<string, string>) => Promise<readonly Resource[] | undefined>;

/** Builds that a unit may spend on proofs. */
export const defaultBudget = 8;

const probe = 'plimsoll-probe';

/** Tries all questions; those that could not be tried are left out. */
export async function prove(
  questions: readonly Question[],
  text: (file: string) => string | undefined,
  build: BuildWith,
  budget = defaultBudget,
): Promise<Map<Question, Outcome>> {
  const outcomes = new Map<Question, Outcome>();
  let left = budget;
  const tryAll = async (asked: readonly Question[]): Promise<void> => {
    if (asked.length === 0 || left <= 0) return;
    const files = edited(
      asked.flatMap((one) => changeOf(one) ?? []),
      text,
    );
    left--;
    const resources = await build(files);
    if (resources !== undefined) {
      for (const one of asked) outcomes.set(one, shows(one, resources));
      return;
    }
    if (asked.length === 1) return;
    const middle = asked.length >> 1;
    await tryAll(asked.slice(0, middle));
    await tryAll(asked.slice(middle));
  };
  await tryAll(questions.filter((one) => changeOf(one) !== undefined));
  return outcomes;
}

/** The change to try; undefined for what the build itself goes by (names, kinds) and for texts of several lines. */
function changeOf({ resource, path, place, depth }: Question): TextEdit | undefined {
  const { content } = place;
  const [first, second] = path;
  if (content === undefined || path.length === 0) return undefined;
  const identity =
    first === 'kind' ||
    first === 'apiVersion' ||
    (first === 'metadata' && (second === 'name' || second === 'namespace'));
  if (identity) return undefined;
  const isThere = dig(resource.manifest, ...path) !== undefined;
  const rest = path.slice(depth);
  if (content.shape === 'text')
    return isThere && rest.length === 0
      ? { kind: 'replace', place, content, value: changed(content.value ?? null) }
      : undefined;
  if (content.shape === 'other' || (isThere && rest.length > 0)) return undefined;
  if (rest.some((step) => typeof step === 'number')) return undefined;
  return { kind: 'insert', place, content, path: rest.length === 0 ? [probe] : rest.map(String), value: probe };
}

function changed(value: Json): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return `${typeof value === 'string' ? value : ''}-${probe}`;
}

function shows({ resource, path, place }: Question, after: readonly Resource[]): Outcome {
  const now =
    after.find(
      (one) => one.kind === resource.kind && one.name === resource.name && one.namespace === resource.namespace,
    ) ?? after.find((one) => one.index === resource.index && one.kind === resource.kind);
  if (now === undefined) return 'perhaps';
  const before = dig(resource.manifest, ...path);
  const shown = dig(now.manifest, ...path);
  if (before !== undefined && shown !== undefined && same(before, shown)) return 'no';
  if (shown === undefined) return before === undefined ? 'no' : 'perhaps';
  if (JSON.stringify(shown).includes(probe)) return 'yes';
  const value = place.content?.value ?? null;
  return !isMap(shown) && typeof value !== 'string' && same(shown, changed(value)) ? 'yes' : 'perhaps';
}
