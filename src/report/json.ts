import type { Finding, Report } from '../model.ts';
import { sortFindings } from './summarize.ts';

/** Version of the JSON shape; grows when a field changes meaning. */
const schemaVersion = 1;

/** The contract of `--format json`: what other tools read. Lines from 1; `line` is null when only the file is known. */
export function toJson(report: Report, version: string): string {
  const { introduced, existing, fixed, waived } = sortFindings(report.findings);
  return `${JSON.stringify(
    {
      schemaVersion,
      tool: { name: 'plimsoll', version },
      units: report.units.map(({ id, kind, root, variant, status, problem, milliseconds }) => ({
        id,
        kind,
        root,
        variant,
        status,
        ...(problem === undefined ? {} : { problem }),
        milliseconds: Math.round(milliseconds),
      })),
      findings: [...introduced, ...existing, ...waived, ...fixed].map(finding),
      problems: report.problems,
      notices: report.notices,
      summary: {
        introduced: introduced.length,
        existing: existing.length,
        fixed: fixed.length,
        waived: waived.length,
        problems: report.problems.length,
        conclusion: report.conclusion,
        milliseconds: Math.round(report.milliseconds),
      },
    },
    null,
    2,
  )}\n`;
}

function finding(one: Finding): unknown {
  const { location } = one;
  const known = location.precision !== 'file';
  return {
    check: one.check,
    severity: one.severity,
    message: one.message,
    status: one.status,
    fingerprint: one.fingerprint,
    resource: one.resource,
    unit: one.unit,
    variants: one.variants,
    path: one.path,
    file: location.file,
    line: known ? location.span.startLine : null,
    endLine: known ? location.span.endLine : null,
    column: known ? location.span.startColumn : null,
    precision: location.precision,
    trail: location.trail,
    ...(one.waiver === undefined ? {} : { waiver: one.waiver, suppressed: true }),
    ...(one.suggestion === undefined ? {} : { suggestion: one.suggestion }),
  };
}
