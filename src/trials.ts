/** Trials of changed files: which findings are gone, and what else changed. */
import type { RawFinding } from './analyze/compare.ts';
import type { PlacedFinding } from './analyze/merge.ts';
import { editsOf } from './analyze/suggest/alternatives.ts';
import type { SourceChange } from './analyze/suggest/candidates.ts';
import { aligned, unexplained } from './analyze/suggest/unexplained.ts';
import type { Path, RenderUnit, Resource } from './model.ts';
import { inPool } from './pool.ts';

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

/** What a fix's text would be: the files with all changes of all groups made. */
export type Edited = ReadonlyMap<string, string>;

export interface Trying {
  members: PlacedFinding[];
  changes: readonly SourceChange[];
}

/** What a trial came to. */
interface Outcome {
  gone(group: Trying): boolean;
  /** Groups that something beside their findings changed for; all of them where it cannot be told. Empty when nothing did. */
  blamed: ReadonlySet<Trying>;
}

export interface Trials {
  /**
   * Undefined when the renders are spent, or one of them failed.
   * @param all render every unit that reads what is edited; else one for each group, which tells most of it
   */
  run(edited: Edited, groups: readonly Trying[], all: boolean): Promise<Outcome | undefined>;
  spent(): boolean;
}

export function trialsOf(units: readonly Judged[], effects: SuggestEffects): Trials {
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
