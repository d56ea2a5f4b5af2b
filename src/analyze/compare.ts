import type { Check } from '../check.ts';
import type {
  Change,
  FindingStatus,
  Notice,
  Path,
  RenderUnit,
  Resource,
  Severity,
  UnitStatus,
  Violation,
} from '../model.ts';
import { fingerprint } from './fingerprint.ts';
import { movedTo } from './moved.ts';
import type { Located } from './run.ts';

/** A finding of one side, not yet compared, located or waived. */
export interface RawFinding {
  fingerprint: string;
  check: Check;
  severity: Severity;
  message: string;
  resource: Resource;
  unit: RenderUnit;
  path: Path;
  violation: Violation;
}

/** What one unit's render brought on one side. */
export interface UnitFindings {
  unit: RenderUnit;
  status: UnitStatus;
  /** Some of its documents could not be read: what is missing there is not known to be gone. */
  partial?: boolean;
  findings: readonly RawFinding[];
}

export interface ComparedFinding extends RawFinding {
  status: FindingStatus;
}

export interface Comparison {
  findings: ComparedFinding[];
  /** `incomparable`: units whose base did not render. */
  notices: Notice[];
}

/** Gives the violations of a unit their fingerprints. What a violation is about tells several at one place apart. */
export function rawFindings(found: readonly Located[], unit: RenderUnit): RawFinding[] {
  return found.map(({ check, resource, violation, severity }) => ({
    fingerprint: fingerprint(check.id, unit, resource, violation.at, violation.about ?? ''),
    check,
    severity,
    message: violation.message,
    resource,
    unit,
    path: violation.at,
    violation,
  }));
}

/**
 * Introduced, existing and fixed findings, unit by unit.
 *
 * - A unit that is new: all is introduced. One that is gone: all is fixed. A moved one is compared with what it was.
 * - The base did not render, the head does: nothing proves a finding new but its own source line, so it is introduced when
 *   `isNew` says that the diff wrote that line, else existing; a notice says so.
 * - The head did not render, in part or at all, or was skipped: nothing is fixed; the unit's problem speaks for itself.
 *
 * @param isNew whether the place to change is on lines that the pull request wrote; only asked where the base failed
 */
export function compareUnits(
  base: readonly UnitFindings[],
  head: readonly UnitFindings[],
  changes: readonly Change[],
  isNew: (finding: RawFinding) => boolean = () => false,
): Comparison {
  const former = matchUnits(base, head, changes);
  const matched = new Set(former.values());
  const findings: ComparedFinding[] = [];
  const notices: Notice[] = [];
  for (const now of head) {
    if (now.status !== 'rendered') continue;
    const before = former.get(now);
    if (before !== undefined && before.status !== 'rendered') {
      notices.push({
        code: 'incomparable',
        message: `The base of ${now.unit.id} did not render: findings count as introduced only where this change wrote their line.`,
        unit: now.unit.id,
      });
      findings.push(...now.findings.map((one) => withStatus(one, isNew(one) ? 'introduced' : 'existing')));
      continue;
    }
    const compared = compareFindings(before === undefined ? [] : movedTo(now.unit, before, now.findings), now.findings);
    findings.push(...compared.filter(({ status }) => status !== 'fixed' || now.partial !== true));
  }
  for (const before of base) {
    if (before.status !== 'rendered' || matched.has(before)) continue;
    findings.push(...before.findings.map((one) => withStatus(one, 'fixed')));
  }
  return { findings, notices };
}

/** Compares the findings of one unit. Multiplicity counts: two equal ones over one of the base are one introduced. */
export function compareFindings(base: readonly RawFinding[], head: readonly RawFinding[]): ComparedFinding[] {
  const left = new Map<string, RawFinding[]>();
  for (const one of base) {
    const there = left.get(one.fingerprint);
    if (there === undefined) left.set(one.fingerprint, [one]);
    else there.push(one);
  }
  const compared = head.map((one) => {
    const known = left.get(one.fingerprint)?.shift();
    return withStatus(one, known === undefined ? 'introduced' : 'existing');
  });
  for (const rest of left.values()) compared.push(...rest.map((one) => withStatus(one, 'fixed')));
  return compared;
}

function withStatus(finding: RawFinding, status: FindingStatus): ComparedFinding {
  return { ...finding, status };
}

/** For each unit of the head, the unit of the base that it was: by id, else by the files that were renamed into it. */
export function matchUnits<Side extends { unit: RenderUnit }>(
  base: readonly Side[],
  head: readonly Side[],
  changes: readonly Change[],
): Map<Side, Side> {
  const byId = new Map(base.map((side) => [side.unit.id, side]));
  const matches = new Map<Side, Side>();
  for (const side of head) {
    const same = byId.get(side.unit.id);
    if (same !== undefined) matches.set(side, same);
  }
  const taken = new Set(matches.values());
  const renames = changes.flatMap(({ path, from }) => (from === undefined ? [] : [{ path, from }]));
  for (const side of head) {
    if (matches.has(side)) continue;
    const candidates = base.filter((other) => !taken.has(other) && other.unit.kind === side.unit.kind);
    const moved = candidates
      .map((other) => ({ other, score: likeness(other.unit, side.unit, renames) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)[0]?.other;
    if (moved === undefined) continue;
    matches.set(side, moved);
    taken.add(moved);
  }
  return matches;
}

/** How many files were renamed from one unit into the other at the same place in it; the same variant decides ties. */
function likeness(before: RenderUnit, now: RenderUnit, renames: readonly { path: string; from: string }[]): number {
  let score = 0;
  for (const { path, from } of renames) {
    const inside = below(now.root, path);
    const was = below(before.root, from);
    if (inside === undefined || was === undefined) continue;
    // In place, only the variant's own values file makes it another unit.
    if (before.root === now.root) score += before.variant.includes(was) && now.variant.includes(inside) ? 2 : 0;
    else if (inside === was) score += 2;
  }
  return score > 0 && before.variant === now.variant ? score + 1 : score;
}

function below(root: string, path: string): string | undefined {
  if (root === '.' || root === '') return path;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
}
