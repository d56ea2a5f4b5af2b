import type { Report } from '../model.ts';
import { plural, sortFindings } from './summarize.ts';

/** What a reader does not see, and how to see it; one clause each, none when everything is shown. */
export function leftOut(report: Report): string[] {
  const { checks = 0, redundant = 0 } = report.leftOut ?? {};
  return [
    ...(checks === 0 ? [] : ['checks that are off by default']),
    ...(redundant === 0 ? [] : [`${plural(redundant, 'finding')} that others of the same object say already`]),
  ];
}

/** Findings that are listed without an annotation. */
export function withoutAnnotation(report: Report): number {
  return sortFindings(report.findings).introduced.filter(({ severity }) => severity === 'info').length;
}
