import type { ReviewJob } from '../github/job.ts';
import type { Report } from '../model.ts';

/** The report of a review that rendered nothing: neutral, with the reason as its problems or notices. */
export function unjudged(
  { owner, repo, pull, headSha }: ReviewJob,
  why: Pick<Report, 'failOn'> & Partial<Pick<Report, 'problems' | 'notices'>>,
): Report {
  return {
    repository: `${owner}/${repo}`,
    ...(pull === undefined ? {} : { pull }),
    head: headSha,
    units: [],
    findings: [],
    problems: [],
    notices: [],
    images: [],
    diffs: [],
    conclusion: 'neutral',
    milliseconds: 0,
    ...why,
  };
}
