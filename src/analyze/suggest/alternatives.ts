/** Findings with a fix, and the changes of the source that may mend each of them. Pure. */
import type { Edit, Path, SourceLocation } from '../../model.ts';
import type { PlacedFinding } from '../merge.ts';
import { changesFor, type SourceChange } from './candidates.ts';
import { editedBy, type Source } from './write.ts';

/** A finding with a fix, and where each edit of the fix is traced to. */
export interface Fixable {
  finding: PlacedFinding;
  places: readonly SourceLocation[];
}

/** Several findings that one change of the source would mend: variants of a chart, containers of a loop. */
export interface Group {
  members: PlacedFinding[];
  /** Changes that may do it, best first; all changes of one are made together. */
  alternatives: (readonly SourceChange[])[];
}

/** Alternatives tried for one finding. */
export const tries = 6;

export function grouped(fixable: readonly Fixable[], source: Source): Group[] {
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
export function editsOf(finding: Pick<PlacedFinding, 'violation'>): Edit[] {
  const nearer = nearerEdit(finding);
  return [...(finding.violation.fix?.edits ?? []), ...(nearer === undefined ? [] : [nearer])];
}

/**
 * Values files that a chart's object may come from: those of its variant, and those beside the templates that wrote it. Undefined
 * for what no template wrote; a kustomization may inflate charts.
 */
export function valuesOf({ unit }: PlacedFinding, places: readonly SourceLocation[]): string[] | undefined {
  const files = places.flatMap(({ file, trail }) => [file, ...trail.map((step) => step.file)]);
  const charts = files.flatMap((file) => /^(.*?)(?:^|\/)templates\//.exec(file)?.[1] ?? []);
  if (unit.kind !== 'helm' && (unit.kind !== 'kustomize' || charts.length === 0)) return undefined;
  const own = unit.kind === 'helm' ? [unit.root === '.' ? '' : unit.root] : [];
  const defaults = [...own, ...charts].map((folder) => (folder === '' ? 'values.yaml' : `${folder}/values.yaml`));
  const given =
    unit.kind === 'helm' ? [...unit.values].reverse() : files.filter((file) => !file.includes('templates/'));
  return [...new Set([...given, ...defaults])];
}
