import type { Check } from '../check.ts';
import type { Conclusion, Finding, Report, SourceLocation } from '../model.ts';
import { cut, line, visible } from './escape.ts';
import { checkRunTitle } from './title.ts';
import { detailsMarkdown } from './details.ts';
import { summaryMarkdown } from './summary.ts';
import { isOfSettings, resourceName, sortFindings } from './summarize.ts';

/** One annotation as GitHub's check-run API takes it. */
export interface CheckAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: 'notice' | 'warning' | 'failure';
  message: string;
  title: string;
  raw_details?: string;
}

/** A button on the check run. Limits of the API: label 20, description 40, identifier 20 characters. */
export interface CheckAction {
  label: string;
  description: string;
  identifier: string;
}

/** All that is written to a check run when it completes. Within the API's limits, annotations unbatched. */
export interface CheckRunOutput {
  conclusion: Conclusion;
  title: string;
  summary: string;
  text?: string;
  annotations: CheckAnnotation[];
  actions?: CheckAction[];
}

/** What the writer needs beside the report. */
export interface CheckRunOptions {
  checks: ReadonlyMap<string, Check>;
  /** Which findings are annotated. */
  report: 'introduced' | 'all';
  /** `https://github.example/owner/repo/blob/<head>`; file links are left out when absent. */
  blobUrl?: string;
  /** Where the full report stands, when it is served. */
  reportUrl?: string;
}

/** GitHub's limit for an annotation's message and raw_details is 64 KB; a title takes 255 characters. */
const messageLimit = 60_000;
const titleLimit = 255;

/** Writes the check run of a report. */
export function toCheckRun(report: Report, options: CheckRunOptions): CheckRunOutput {
  const { introduced, existing } = sortFindings(report.findings);
  const annotated = options.report === 'all' ? [...introduced, ...existing] : introduced;
  const text = detailsMarkdown(report, options);
  return {
    conclusion: report.conclusion,
    title: checkRunTitle(report),
    summary: summaryMarkdown(report, options),
    ...(text === undefined ? {} : { text }),
    annotations: [
      ...annotated
        .filter((finding) => finding.severity !== 'info' && isPlace(finding.location))
        .map((finding) => findingAnnotation(finding, options.checks.get(finding.check))),
      ...report.problems.flatMap((problem) =>
        problem.file === undefined || problem.side === 'base'
          ? []
          : [
              {
                path: problem.file,
                start_line: problem.line ?? 1,
                end_line: problem.line ?? 1,
                annotation_level: 'failure' as const,
                title: cut(
                  line(`${isOfSettings(problem) ? 'Settings to mend' : 'Not judged'}: ${problem.code}`),
                  titleLimit,
                ),
                message: cut(`${visible(problem.message)}\nNext: ${visible(problem.hint)}`, messageLimit),
              },
            ],
      ),
    ],
  };
}

/** An annotation needs a file of the head; where only the file is known it stands on line 1 and says so. */
function isPlace(location: SourceLocation): boolean {
  return location.file !== '';
}

function findingAnnotation(finding: Finding, check: Check | undefined): CheckAnnotation {
  const { file, span, precision, trail } = finding.location;
  const others = finding.variants.filter((unit) => unit !== finding.unit);
  const first = precision === 'file' ? 1 : span.startLine;
  const details = [
    `check: ${finding.check} (${finding.severity})`,
    `object: ${line(resourceName(finding.resource), 300)}`,
    `field: ${line(finding.path.join('.'), 500)}`,
    `unit: ${line(finding.unit, 300)}`,
    ...(others.length > 0 ? [`also in: ${others.map((unit) => line(unit, 300)).join(', ')}`] : []),
    `line: ${precisionSentence[precision]}`,
    ...trail.map((step) => `  ${line(step.label, 200)}: ${line(step.file, 300)}:${step.span.startLine}`),
  ].join('\n');
  return {
    path: file,
    start_line: first,
    end_line: first,
    annotation_level: levels[finding.severity],
    title: cut(line(check?.title ?? finding.check, titleLimit), titleLimit),
    message: cut(
      [
        line(finding.message, 2000) +
          (precision === 'file' ? ' (Somewhere in this file: the line could not be determined.)' : ''),
        ...(check === undefined ? [] : [check.why, `Fix: ${check.remedy}`]),
        ...(others.length > 0 ? [`Also in ${others.map((unit) => line(unit)).join(', ')}.`] : []),
      ].join('\n'),
      messageLimit,
    ),
    raw_details: cut(details, messageLimit),
  };
}

const precisionSentence = {
  verified: 'verified (a change here was tried, and it changed the finding)',
  exact: 'exact',
  nearest: 'nearest (the closest place that could be located)',
  file: 'only the file is known',
} as const;

const levels = { critical: 'failure', high: 'failure', medium: 'warning', low: 'notice', info: 'notice' } as const;
