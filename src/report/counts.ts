import { severities, type Finding, type Report, type Severity } from '../model.ts';
import { sortFindings } from './summarize.ts';

/** A report by numbers: what a trend over pushes keeps, and what a preview tells. Plain JSON. */
export interface Counts {
  /** Open findings (neither waived nor fixed); of a scan all that was found, of a review what was there before. */
  existing: Record<Severity, number>;
  /** Open findings that a review's head brings; none in a scan. */
  introduced: Record<Severity, number>;
  fixed: number;
  waived: number;
  /** Problems of the head: what was not judged. */
  notJudged: number;
  units: { rendered: number; failed: number; skipped: number };
  /** Open findings by check id, most first. */
  checks: Record<string, number>;
}

/** Counts what a report holds. */
export function countsOf(report: Report): Counts {
  const { introduced, existing, fixed, waived } = sortFindings(report.findings);
  const units = (status: string): number => report.units.filter((unit) => unit.status === status).length;
  return {
    existing: perSeverity(existing),
    introduced: perSeverity(introduced),
    fixed: fixed.length,
    waived: waived.length,
    notJudged: report.problems.filter(({ side }) => side !== 'base').length,
    units: { rendered: units('rendered'), failed: units('failed'), skipped: units('skipped') },
    checks: Object.fromEntries(tally([...introduced, ...existing], ({ check }) => check)),
  };
}

/** How often each key occurs, most first, equally frequent ones as they came. */
export function tally<Item>(items: readonly Item[], key: (item: Item) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

function perSeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const severity of severities) counts[severity] = findings.filter((one) => one.severity === severity).length;
  return counts;
}
