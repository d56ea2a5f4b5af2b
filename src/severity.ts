import { severities, type Severity } from './model.ts';

/** Position in the scale, `info` first. */
export function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** Whether a severity reaches a limit; none reaches `none`. */
export function reaches(severity: Severity, limit: Severity | 'none'): boolean {
  return limit !== 'none' && rank(severity) >= rank(limit);
}
