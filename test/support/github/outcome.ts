import type { Review } from '../../../src/github/job.ts';
import type { Report } from '../../../src/model.ts';
import type { CheckAnnotation, CheckRunOutput } from '../../../src/report/check-run.ts';

/** A report of nothing, for tests that are about what happens around a review. */
function emptyReport(head: string): Report {
  return {
    repository: 'acme/gitops',
    head,
    units: [],
    findings: [],
    problems: [],
    notices: [],
    images: [],
    diffs: [],
    failOn: 'high',
    conclusion: 'success',
    milliseconds: 1,
  };
}

export function annotation(line: number, path = 'deployment.yaml'): CheckAnnotation {
  return {
    path,
    start_line: line,
    end_line: line,
    annotation_level: 'failure',
    title: `Fault ${line}`,
    message: `Line ${line} is at fault.`,
  };
}

/** A review with a known result. */
export function reviewWith(rendered: Partial<CheckRunOutput> = {}): Review {
  return (job) =>
    Promise.resolve({
      kind: 'report',
      report: emptyReport(job.headSha),
      rendered: { conclusion: 'success', title: 'Nothing introduced', summary: 'Fine.', annotations: [], ...rendered },
    });
}
