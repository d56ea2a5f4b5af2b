import { severities, type Finding, type Problem, type Report } from '../model.ts';
import { rank } from '../severity.ts';

/** The findings of a report by what they mean to its reader. */
export interface Sorted {
  /** Introduced and not waived, most severe first. */
  introduced: Finding[];
  existing: Finding[];
  fixed: Finding[];
  waived: Finding[];
}

/** Sorts by severity, then file, line and check. */
export function sortFindings(findings: readonly Finding[]): Sorted {
  const sorted = [...findings].sort(
    (a, b) =>
      rank(b.severity) - rank(a.severity) ||
      compare(a.location.file, b.location.file) ||
      a.location.span.startLine - b.location.span.startLine ||
      compare(a.check, b.check) ||
      compare(a.fingerprint, b.fingerprint),
  );
  const open = sorted.filter((finding) => finding.waiver === undefined);
  return {
    introduced: open.filter((finding) => finding.status === 'introduced'),
    existing: open.filter((finding) => finding.status === 'existing'),
    fixed: sorted.filter((finding) => finding.status === 'fixed'),
    waived: sorted.filter((finding) => finding.waiver !== undefined && finding.status !== 'fixed'),
  };
}

/** Whether a problem is one of the settings, which keep their defaults where they are wrong, and not of what was to be judged. */
export function isOfSettings({ code }: Pick<Problem, 'code'>): boolean {
  return code.startsWith('settings');
}

/** Counts per severity, most severe first, zeros left out: `1 high, 3 low`. */
export function countBySeverity(findings: readonly Finding[]): string {
  return [...severities]
    .reverse()
    .map((severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`)
    .join(', ');
}

/** `1 problem`, `2 problems`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

/** `Deployment web`, `Deployment prod/web`; the kind alone when the object has no name. */
export function resourceName(resource: Finding['resource']): string {
  const name =
    resource.name === '' ? '' : ` ${resource.namespace === '' ? '' : `${resource.namespace}/`}${resource.name}`;
  return `${resource.kind}${name}`;
}

/** `charts/api/values.yaml:12`; without a line when only the file is known. */
export function place(finding: Finding): string {
  const { file, span, precision } = finding.location;
  return precision === 'file' ? file : `${file}:${span.startLine}`;
}

/** How the counts of a report read in one line, without what was not found. */
export function headline(report: Report): string {
  const { introduced, fixed, existing } = sortFindings(report.findings);
  if (report.base === undefined)
    return [
      existing.length + introduced.length > 0
        ? plural(existing.length + introduced.length, 'finding')
        : 'nothing found',
      ...(report.problems.length > 0 ? [`${report.problems.length} not judged`] : []),
    ].join(', ');
  const unjudged = report.problems.filter(({ side }) => side !== 'base').length;
  const parts = [
    ...(introduced.length > 0 ? [`${plural(introduced.length, 'finding')} introduced`] : []),
    ...(fixed.length > 0 ? [`${fixed.length} fixed`] : []),
    ...(unjudged > 0 ? [`${unjudged} not judged`] : []),
    ...(introduced.length + fixed.length + unjudged === 0 ? [nothing(report, existing.length)] : []),
  ];
  return parts.join(', ');
}

function nothing(report: Report, existing: number): string {
  if (existing > 0) return `nothing introduced, ${existing} existing`;
  return report.units.length === 0 ? 'nothing to judge' : 'nothing found';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
