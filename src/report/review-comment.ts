import type { Check } from '../check.ts';
import type { Finding, Report } from '../model.ts';
import { reaches } from '../severity.ts';
import { capital, code, fence, prose } from './escape.ts';
import { marks } from './introduced.ts';
import { place, resourceName, sortFindings } from './summarize.ts';
import { lineEdit, suggestionBlock } from './suggestion-block.ts';
import { unitLabel } from './unit-label.ts';

/** What a review comment says of one finding, and where. Plain JSON. */
export interface ReviewComment {
  fingerprint: string;
  check: string;
  /** File and lines of the head, from 1, both included; all of them are part of the diff. */
  path: string;
  start: number;
  line: number;
  /** Markdown, a suggestion block included where there is one. */
  text: string;
}

export interface ReviewCommentOptions {
  checks: ReadonlyMap<string, Check>;
  /** `suggestions`: only what can be committed with one click. */
  comments: 'suggestions' | 'all';
  /** Line ranges of the head's files that the diff shows, by file. */
  hunks: ReadonlyMap<string, readonly { start: number; end: number }[]>;
  /** The head's file as lines; undefined when there is none. */
  lines: (file: string) => readonly string[] | undefined;
}

/** Other renders named in a comment. */
const shownUnits = 4;

/** What may get a review comment at all: introduced, not waived, at or over `fail-on`; most severe first. */
export function commented(report: Report): Finding[] {
  return sortFindings(report.findings).introduced.filter(({ severity }) => reaches(severity, report.failOn));
}

/** The comments of a report: for those of `commented` whose line, or whose fix, is part of the diff. */
export function reviewComments(report: Report, options: ReviewCommentOptions): ReviewComment[] {
  return commented(report).flatMap((finding) => {
    const { fingerprint, check, location, suggestion } = finding;
    const edit = suggestion === undefined ? undefined : lineEdit(suggestion, options.lines(suggestion.file) ?? []);
    if (edit !== undefined && suggestion !== undefined && isShown(options, suggestion.file, edit.start, edit.end)) {
      const block = suggestionBlock(edit);
      const { file: path, risky } = suggestion;
      const tried = `**Fix** (rendered with it, the finding was gone): ${prose(suggestion.description)}`;
      const text = body(finding, report, options, [tried + (risky === true ? ` ${warning}` : ''), block]);
      return [{ fingerprint, check, path, start: edit.start, line: edit.end, text }];
    }
    const line = location.span.startLine;
    if (options.comments === 'suggestions' || location.precision === 'file') return [];
    if (!isShown(options, location.file, line, line)) return [];
    const text = body(finding, report, options, elsewhere(finding, options.checks.get(check)));
    return [{ fingerprint, check, path: location.file, start: line, line, text }];
  });
}

const warning = 'Look twice: it can break what runs.';

function isShown({ hunks }: ReviewCommentOptions, file: string, start: number, end: number): boolean {
  return (hunks.get(file) ?? []).some((hunk) => hunk.start <= start && end <= hunk.end);
}

/** The fix where it cannot be committed with one click: in words, with the tried text if there is one. */
function elsewhere({ suggestion }: Finding, check: Check | undefined): string[] {
  if (suggestion === undefined) return check === undefined ? [] : [`**Fix:** ${prose(check.remedy)}`];
  const where = code(`${suggestion.file}:${suggestion.span.startLine}`, 300);
  const shown = suggestion.text.trim() === '' ? [] : [fence(suggestion.text, 'yaml')];
  return [`**Fix** in ${where}, outside of this diff: ${prose(suggestion.description)}`, ...shown];
}

function body(finding: Finding, report: Report, options: ReviewCommentOptions, fix: readonly string[]): string {
  const check = options.checks.get(finding.check);
  const title = check === undefined ? code(finding.check) : prose(check.title);
  const others = finding.variants
    .filter((unit) => unit !== finding.unit)
    .map((unit) => code(unitLabel(unit, report.units)));
  const more = others.length > shownUnits ? ` and ${others.length - shownUnits} more` : '';
  const seen = [
    code(finding.check),
    code(resourceName(finding.resource)),
    `from ${code(unitLabel(finding.unit, report.units))}`,
    ...(others.length > 0 ? [`also in ${others.slice(0, shownUnits).join(', ')}${more}`] : []),
    ...(finding.location.precision === 'nearest' ? [`nearest line: ${code(place(finding), 300)}`] : []),
  ];
  return [
    `${marks[finding.severity]} **${capital(finding.severity)}: ${title}**`,
    prose(finding.message),
    ...(check === undefined ? [] : [prose(check.why)]),
    ...fix,
    seen.join(' · '),
  ].join('\n\n');
}
