import type { Finding, Path, SourceLocation, Suggestion } from '../model.ts';
import { rank } from '../severity.ts';
import type { ComparedFinding } from './compare.ts';

/** A compared finding with the place to change. */
export interface PlacedFinding extends ComparedFinding {
  location: SourceLocation;
  suggestion?: Suggestion;
}

/**
 * Makes one finding of what several variants or overlays show through one source line: same check, status, file and line,
 * same field of the same kind of object. Within one unit nothing is merged: two objects written by one loop are two.
 * The first unit's finding stands for all, with the highest severity among them. Order is kept.
 */
export function mergeFindings(placed: readonly PlacedFinding[]): Finding[] {
  const merged = new Map<string, Finding>();
  const seen = new Map<string, number>();
  for (const one of placed) {
    const place = placeKey(one);
    const within = `${one.unit.id}\n${place}`;
    const nth = seen.get(within) ?? 0;
    seen.set(within, nth + 1);
    const key = `${place}\n${nth}`;
    const there = merged.get(key);
    if (there === undefined) merged.set(key, findingOf(one));
    else {
      if (!there.variants.includes(one.unit.id)) there.variants.push(one.unit.id);
      // What mends one of the variants alone is no fix of the finding.
      if (JSON.stringify(one.suggestion) !== JSON.stringify(there.suggestion)) delete there.suggestion;
      if (rank(one.severity) > rank(there.severity)) there.severity = one.severity;
    }
  }
  return [...merged.values()];
}

function placeKey({ check, status, resource, path, location, unit, fingerprint }: PlacedFinding): string {
  const sure = location.precision === 'exact' || location.precision === 'verified';
  // Where the line is not sure, only the same object of the same chart or kustomization is surely the same fault.
  const identity = sure ? [resource.kind, pattern(path)] : [unit.kind, unit.root, fingerprint];
  return JSON.stringify([
    check.id,
    status,
    location.file,
    location.span.startLine,
    location.span.startColumn,
    ...identity,
  ]);
}

/** Positions in lists do not count: an overlay may put a sidecar in front. */
function pattern(path: Path): string {
  return JSON.stringify(path.map((step) => (typeof step === 'number' ? '*' : step)));
}

function findingOf(one: PlacedFinding): Finding {
  const { apiVersion, kind, namespace, name } = one.resource;
  return {
    fingerprint: one.fingerprint,
    check: one.check.id,
    severity: one.severity,
    message: one.message,
    status: one.status,
    resource: { apiVersion, kind, namespace, name },
    unit: one.unit.id,
    variants: [one.unit.id],
    path: one.path,
    location: one.location,
    ...(one.suggestion === undefined ? {} : { suggestion: one.suggestion }),
  };
}
