import type { Conclusion, Finding, Problem, Severity, UnitReport } from '../model.ts';
import { reaches } from '../severity.ts';

/** Whether a finding fails the review: introduced, at or over the limit, and not waived. */
export function fails(finding: Pick<Finding, 'status' | 'severity' | 'waiver'>, failOn: Severity | 'none'): boolean {
  return finding.status === 'introduced' && finding.waiver === undefined && reaches(finding.severity, failOn);
}

/** Problems that concern only the base: the head was judged, and the pull request may well be the cure. */
function concernsHead(problem: Problem): boolean {
  return problem.side !== 'base';
}

const isSettings = (problem: Problem): boolean => problem.code.startsWith('settings');

/**
 * The conclusion of a review.
 *
 * `failure`: an introduced finding at or over `failOn`, or something that could not be judged.
 * `action_required`: nothing of that, but the settings are wrong.
 * `neutral`: there was nothing to judge: no unit, or only skipped ones.
 * `success`: everything was judged, and what remains is waived, existing, fixed or under the limit.
 */
export function conclude(review: {
  findings: readonly Pick<Finding, 'status' | 'severity' | 'waiver'>[];
  problems: readonly Problem[];
  units: readonly Pick<UnitReport, 'status'>[];
  failOn: Severity | 'none';
}): Conclusion {
  const problems = review.problems.filter(concernsHead);
  if (review.findings.some((finding) => fails(finding, review.failOn))) return 'failure';
  if (problems.some((problem) => !isSettings(problem))) return 'failure';
  if (review.units.some((unit) => unit.status === 'failed')) return 'failure';
  if (problems.length > 0) return 'action_required';
  return review.units.some((unit) => unit.status === 'rendered') ? 'success' : 'neutral';
}
