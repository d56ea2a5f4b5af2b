import type { Review } from '../../../src/github/job.ts';
import type { CheckAnnotation, CheckRunOutput } from '../../../src/report/check-run.ts';
import { emptyReport } from '../empty-report.ts';

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
      report: emptyReport({ head: job.headSha }),
      rendered: { conclusion: 'success', title: 'Nothing introduced', summary: 'Fine.', annotations: [], ...rendered },
    });
}
