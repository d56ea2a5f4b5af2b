/**
 * Fixes in the source: each is made in a copy, the units that read it are rendered again, and it is suggested only when its
 * finding is gone from all of them, none came, and nothing else changed. Many are tried in one render.
 */
import type { PlacedFinding } from './analyze/merge.ts';
import type { RawFinding } from './analyze/compare.ts';
import { changesFor, type SourceChange } from './analyze/suggest/candidates.ts';
import { aligned, unexplained } from './analyze/suggest/unexplained.ts';
import { editedBy, sourceOf, suggestionOf, type Source } from './analyze/suggest/write.ts';
import type { Edit, Path, RenderUnit, Resource, SourceLocation, Suggestion } from './model.ts';
import { inPool } from './pool.ts';

/** A finding with a fix, and where each edit of the fix is traced to. */
export interface Fixable {
  finding: PlacedFinding;
  places: readonly SourceLocation[];
}

/** A unit of the head as it was rendered and judged. */
export interface Judged {
  unit: RenderUnit;
  resources: readonly Resource[];
  reads: (file: string) => boolean;
}

export interface SuggestEffects {
  /** Texts of files of the head; those that are no UTF-8 are left out. */
  read(files: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The unit's objects with other text in some files; undefined when it does not render whole. */
  render(unit: RenderUnit, files: ReadonlyMap<string, string>): Promise<readonly Resource[] | undefined>;
  /** All findings of a unit's objects, redundant ones too: what another one hid is no new finding once that is mended. */
  judge(unit: RenderUnit, resources: readonly Resource[]): readonly RawFinding[];
  /** Units at a time. */
  concurrency: number;
  /** Renders that may be spent. */
  budget: number;
}

/** Several findings that one change of the source would mend: variants of a chart, containers of a loop. */
interface Group {
  members: PlacedFinding[];
  /** Changes that may do it, best first; all changes of one are made together. */
  alternatives: (readonly SourceChange[])[];
}

/** What a fix's text would be: the files with all changes of all groups made. */
type Edited = ReadonlyMap<string, string>;

/** Alternatives tried for one finding. */
const tries = 6;

/** What held. */
export interface Suggested {
  /** By finding; one for all variants of it. */
  suggestions: ReadonlyMap<PlacedFinding, Suggestion>;
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
  return {
    suggestions: found,
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

function grouped(fixable: readonly Fixable[], source: Source): Group[] {
  const groups: Group[] = [];
  for (const own of Map.groupBy(fixable, ({ finding }) => placeKey(finding)).values()) {
    const each = own.map((one) => alternativesOf(one, source));
    const most = Math.max(...each.map((alternatives) => alternatives.length));
    // Every variant's best guess before anybody's second: one of them may hold for all.
    const all = Array.from({ length: most }, (_, rank) =>
      each.flatMap((alternatives) => alternatives.slice(rank, rank + 1)),
    );
    const alternatives = [...new Map(all.flat().map((changes) => [JSON.stringify(changes), changes])).values()];
    if (alternatives.length > 0)
      groups.push({ members: own.map(({ finding }) => finding), alternatives: alternatives.slice(0, tries) });
  }
  return groups;
}

/** What will be one finding in the report has to be mended by one change. */
function placeKey({ check, location, resource, path }: PlacedFinding): string {
  const { startLine, startColumn } = location.span;
  const pattern = path.map((step) => (typeof step === 'number' ? '*' : step));
  return JSON.stringify([check.id, location.file, startLine, startColumn, resource.kind, pattern]);
}

function alternativesOf({ finding, places }: Fixable, source: Source): (readonly SourceChange[])[] {
  const values = valuesOf(finding, places);
  const changes = (edit: Edit, location: SourceLocation | undefined): SourceChange[] =>
    location === undefined ? [] : changesFor({ edit, resource: finding.resource, location, values }, source);
  const options = (finding.violation.fix?.edits ?? []).map((edit, index) => changes(edit, places[index]));
  const count = options.some((own) => own.length === 0) ? 0 : Math.max(0, ...options.map((own) => own.length));
  const made = Array.from({ length: Math.min(count, tries * 2) }, (_, index) =>
    options.flatMap((own) => own[Math.min(index, own.length - 1)] ?? []),
  );
  const nearer = nearerEdit(finding);
  const others = nearer === undefined ? [] : changes(nearer, upTo(finding, nearer.path)).map((change) => [change]);
  // What cannot even be written costs no render.
  const written = [...made, ...others].filter((one) => editedBy(one, source, false) !== undefined);
  return written.slice(0, tries);
}

/** The finding's own place, as that of the part of its path that is to be set. */
function upTo({ location, path }: PlacedFinding, part: Path): SourceLocation {
  const { key, ...place } = location;
  const below = path.length - part.length;
  return key === undefined ? location : { ...place, key: key.slice(0, key.length - below) };
}

/** What may be set for the whole pod may be set where the finding is: on the container. */
function nearerEdit({ violation }: Pick<PlacedFinding, 'violation'>): Edit | undefined {
  const [edit, ...others] = violation.fix?.edits ?? [];
  if (edit?.op !== 'set' || others.length > 0) return undefined;
  const name = edit.path.at(-1);
  const depth = violation.at.findLastIndex((step) => step === name) + 1;
  const path = violation.at.slice(0, depth);
  return depth === 0 || JSON.stringify(path) === JSON.stringify(edit.path) ? undefined : { ...edit, path };
}

/** All that a fix may set. */
function editsOf(finding: Pick<PlacedFinding, 'violation'>): Edit[] {
  const nearer = nearerEdit(finding);
  return [...(finding.violation.fix?.edits ?? []), ...(nearer === undefined ? [] : [nearer])];
}

/** Values files that a chart's object may come from: those of its variant, and those beside the templates that wrote it. */
function valuesOf({ unit }: PlacedFinding, places: readonly SourceLocation[]): string[] | undefined {
  if (unit.kind !== 'helm') return undefined;
  const charts = places
    .flatMap(({ file, trail }) => [file, ...trail.map((step) => step.file)])
    .flatMap((file) => /^(.*?)(?:^|\/)templates\//.exec(file)?.[1] ?? []);
  const folders = [unit.root === '.' ? '' : unit.root, ...charts];
  const defaults = folders.map((folder) => (folder === '' ? 'values.yaml' : `${folder}/values.yaml`));
  return [...new Set([...[...unit.values].reverse(), ...defaults])];
}

interface Trying {
  members: PlacedFinding[];
  changes: readonly SourceChange[];
}

/** What a trial came to. */
interface Outcome {
  gone(group: Trying): boolean;
  /** Groups that something beside their findings changed for; all of them where it cannot be told. Empty when nothing did. */
  blamed: ReadonlySet<Trying>;
}

interface Trials {
  /**
   * Undefined when the renders are spent, or one of them failed.
   * @param all render every unit that reads what is edited; else one for each group, which tells most of it
   */
  run(edited: Edited, groups: readonly Trying[], all: boolean): Promise<Outcome | undefined>;
  spent(): boolean;
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

function trialsOf(units: readonly Judged[], effects: SuggestEffects): Trials {
  let left = effects.budget;
  const former = new Map<Judged, readonly RawFinding[]>();
  const before = (one: Judged): readonly RawFinding[] => {
    const known = former.get(one) ?? effects.judge(one.unit, one.resources);
    former.set(one, known);
    return known;
  };
  /** What is confirmed was tried just before, in a part of the units. */
  let last: { key: string; renders: Map<Judged, Resource[] | undefined> } = { key: '', renders: new Map() };
  const random = new Map<Judged, ReadonlySet<string>>();
  /** What differs from render to render by itself: generated passwords and names. */
  const randomOf = async (one: Judged): Promise<ReadonlySet<string>> => {
    const known = random.get(one);
    if (known !== undefined) return known;
    left--;
    const again = aligned(one.resources, (await effects.render(one.unit, new Map())) ?? []);
    const differences = again === undefined ? [] : unexplained(one.resources, again, [], []);
    const found = new Set(differences.map((difference) => JSON.stringify(difference)));
    random.set(one, found);
    return found;
  };
  /** Ways to the fields that changed without being meant, and to new findings. */
  const others = async (
    one: Judged,
    resources: readonly Resource[],
    after: readonly RawFinding[],
    groups: readonly Trying[],
  ): Promise<Path[]> => {
    const checks = new Set(groups.flatMap(({ members }) => members.map(({ check }) => check.id)));
    const said = groups.flatMap(({ members }) => members.flatMap(editsOf));
    const [was, is] = [counts(before(one), byFingerprint), counts(after, byFingerprint)];
    const [wasIn, isIn] = [counts(before(one), byMapping), counts(after, byMapping)];
    // What a rule says of a mapping as a whole may only have moved to another of its keys.
    const brought = after.filter(
      (found) => isMore(is, was, byFingerprint(found)) && isMore(isIn, wasIn, byMapping(found)),
    );
    // A line that writes several objects mends them all.
    const wanted = before(one).flatMap(({ check, violation, fingerprint, resource }) =>
      !checks.has(check.id) || is.has(fingerprint) ? [] : [{ resource, edits: editsOf({ violation }) }],
    );
    const differences = unexplained(one.resources, resources, wanted, said);
    const known = differences.length === 0 ? new Set<string>() : await randomOf(one);
    return [
      ...brought.map(({ path }) => path),
      ...differences.filter((difference) => !known.has(JSON.stringify(difference))),
    ];
  };
  return {
    spent: () => left <= 0,
    async run(edited, groups, all) {
      const firsts = new Set(groups.map(({ members }) => members[0]?.unit.id));
      const readers = units.filter(({ reads }) => [...edited.keys()].some((file) => reads(file)));
      const concerned = all ? readers : readers.filter(({ unit }) => firsts.has(unit.id));
      const key = JSON.stringify([...edited]);
      if (key !== last.key) last = { key, renders: new Map() };
      const { renders } = last;
      const missing = concerned.filter((one) => !renders.has(one));
      if (left < missing.length || concerned.length === 0) return undefined;
      left -= missing.length;
      await inPool(missing, effects.concurrency, async (one) => {
        renders.set(one, aligned(one.resources, (await effects.render(one.unit, edited)) ?? []));
      });
      const now = new Map<string, ReadonlySet<string>>();
      const paths: Path[] = [];
      for (const one of concerned) {
        const resources = renders.get(one);
        if (resources === undefined) return undefined;
        const after = effects.judge(one.unit, resources);
        now.set(one.unit.id, new Set(after.map(({ fingerprint }) => fingerprint)));
        paths.push(...(await others(one, resources, after, groups)));
      }
      return {
        gone: ({ members }) =>
          members.every(
            ({ unit, fingerprint }) => (now.has(unit.id) ? now.get(unit.id)?.has(fingerprint) : all) === false,
          ),
        blamed: blame(groups, paths),
      };
    },
  };
}

/** The groups that set a field of the name that changed elsewhere; else all. */
function blame(groups: readonly Trying[], paths: readonly Path[]): Set<Trying> {
  const names = new Set(paths.map((path) => path.findLast((step) => typeof step === 'string')));
  const blamed = groups.filter(({ members }) =>
    members.some(({ violation }) =>
      violation.fix?.edits.some(({ path }) => path.some((step) => names.has(String(step)))),
    ),
  );
  return new Set(paths.length === 0 ? [] : blamed.length === 0 ? groups : blamed);
}

function byFingerprint({ fingerprint }: RawFinding): string {
  return fingerprint;
}

function byMapping({ check, resource, path }: RawFinding): string {
  return JSON.stringify([check.id, resource.kind, resource.namespace, resource.name, path.slice(0, -1)]);
}

function counts(findings: readonly RawFinding[], key: (finding: RawFinding) => string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const one of findings) found.set(key(one), (found.get(key(one)) ?? 0) + 1);
  return found;
}

function isMore(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>, key: string): boolean {
  return (now.get(key) ?? 0) > (before.get(key) ?? 0);
}
