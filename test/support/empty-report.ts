import type { Report } from '../../src/model.ts';

/** A report of nothing, for tests that are about what is made of one. */
export function emptyReport(more: Partial<Report> = {}): Report {
  return {
    repository: 'acme/gitops',
    head: 'abc',
    units: [],
    findings: [],
    problems: [],
    notices: [],
    images: [],
    diffs: [],
    failOn: 'high',
    conclusion: 'success',
    milliseconds: 1,
    ...more,
  };
}
