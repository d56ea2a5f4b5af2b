/**
 * Fixes in the source: each is made in a copy, the units that read it are rendered again, and it is suggested only when its
 * finding is gone from all of them, none came, and nothing else changed. Many are tried in one render.
 */
import type { PlacedFinding } from './analyze/merge.ts';
import { grouped, tries, valuesOf, type Fixable } from './analyze/suggest/alternatives.ts';
import type { SourceChange } from './analyze/suggest/candidates.ts';
import { editedBy, sourceOf, suggestionOf, type Source } from './analyze/suggest/write.ts';
import type { Suggestion } from './model.ts';
import { trialsOf, type Edited, type Judged, type SuggestEffects, type Trials, type Trying } from './trials.ts';

/** Why a fix is not suggested: no text was found that would make it; what was tried did not hold; renders were spent. */
export type Unheld = 'nowhere' | 'unheld' | 'spent';

/** What held. */
export interface Suggested {
  /** By finding; one for all variants of it. */
  suggestions: ReadonlyMap<PlacedFinding, Suggestion>;
  /** The others. */
  unheld: ReadonlyMap<PlacedFinding, Unheld>;
  /** What the files become with many suggestions made at once. `left`: those that cannot be made beside the others. */
  together(suggestions: readonly Suggestion[]): { files: EditedFile[]; left: Suggestion[] };
}

export interface EditedFile {
  path: string;
  before: string;
  after: string;
}

/** Tries the fixes and gives the suggestions that held. */
export async function suggestFixes(
  fixable: readonly Fixable[],
  units: readonly Judged[],
  effects: SuggestEffects,
): Promise<Suggested> {
  const files = new Set(
    fixable.flatMap(({ finding, places }) => [
      ...places.flatMap(({ file, trail }) => [file, ...trail.map((step) => step.file)]),
      ...(valuesOf(finding, places) ?? []),
    ]),
  );
  const texts = await effects.read([...files]);
  const source = sourceOf(texts);
  const trials = trialsOf(units, effects);
  const found = new Map<PlacedFinding, Suggestion>();
  const changes = new Map<Suggestion, readonly SourceChange[]>();
  let open = grouped(fixable, source);
  const written = new Set(open.flatMap(({ members }) => members));
  for (let round = 0; round < tries && open.length > 0; round++) {
    const asked = open.flatMap(({ members, alternatives }) => {
      const changes = alternatives[round];
      return changes === undefined ? [] : [{ members, changes, alternatives }];
    });
    if (asked.length === 0) break;
    const held = await tryAll(asked, source, trials);
    for (const one of held) {
      const [first] = one.members;
      const fix = first?.violation.fix;
      // What lies between two changes is said again in a suggestion; of a Secret that may be a value.
      const isOpen = one.changes.length === 1 || first?.resource.kind !== 'Secret';
      const suggestion = fix === undefined || !isOpen ? undefined : suggestionOf(fix, one.changes, source);
      if (suggestion === undefined) continue;
      changes.set(suggestion, one.changes);
      for (const member of one.members) found.set(member, suggestion);
    }
    const done = new Set(held.map(({ members }) => members));
    open = open.filter(({ members }) => !done.has(members));
  }
  const whyNot = (finding: PlacedFinding): Unheld =>
    !written.has(finding) ? 'nowhere' : trials.spent() ? 'spent' : 'unheld';
  const others = fixable.flatMap(({ finding }) => (found.has(finding) ? [] : [finding]));
  return {
    suggestions: found,
    unheld: new Map(others.map((one) => [one, whyNot(one)])),
    together(suggestions) {
      let made = suggestions.flatMap((one) => changes.get(one) ?? []);
      let edited: Edited | undefined = editedBy(made, source);
      const left: Suggestion[] = [];
      if (edited === undefined) {
        [made, edited] = [[], new Map()];
        for (const one of suggestions) {
          const more = [...made, ...(changes.get(one) ?? [])];
          const now = editedBy(more, source);
          if (now === undefined) left.push(one);
          else [made, edited] = [more, now];
        }
      }
      const files = [...edited].map(([path, after]) => ({ path, before: source.text(path) ?? '', after }));
      return { files, left };
    },
  };
}

/** Those that hold: found in few units, and confirmed together in all that they concern. */
async function tryAll(groups: readonly Trying[], source: Source, trials: Trials): Promise<Trying[]> {
  return narrowed(await narrowed(groups, source, trials, false), source, trials, true);
}

/** Tries all together; where something else changed as well, those that it may be for apart, and by halves. */
async function narrowed(groups: readonly Trying[], source: Source, trials: Trials, all: boolean): Promise<Trying[]> {
  if (groups.length === 0 || trials.spent()) return [];
  const edited = editedBy(
    groups.flatMap(({ changes }) => changes),
    source,
  );
  const outcome = edited === undefined ? undefined : await trials.run(edited, groups, all);
  if (outcome?.blamed.size === 0) return groups.filter((group) => outcome.gone(group));
  if (groups.length === 1) return [];
  const blamed = groups.filter((group) => outcome?.blamed.has(group) ?? true);
  const middle = blamed.length >> 1;
  const parts =
    blamed.length < groups.length
      ? [groups.filter((group) => !blamed.includes(group)), blamed]
      : [blamed.slice(0, middle), blamed.slice(middle)];
  const held: Trying[] = [];
  for (const part of parts) held.push(...(await narrowed(part, source, trials, all)));
  return held;
}
