import type { Mended } from '../fix-places.ts';
import type { Outcome, ReviewJob, VerifiedFixes } from '../github/job.ts';
import type { Report, Tree } from '../model.ts';
import { commented, reviewComments } from '../report/review-comment.ts';
import type { Settings } from '../settings.ts';
import { checkIndex } from './checks.ts';

type Comments = Extract<Outcome, { kind: 'report' }>['comments'];
type Ranges = ReadonlyMap<string, readonly { start: number; end: number }[]>;

/**
 * The review comments of a report; undefined where none are wanted. A draft gets none: its author has not asked anybody to look
 * yet, and the check run says the same.
 *
 * @param shownLines line ranges of the head's files that the diff shows
 */
export async function commentsFor(
  job: ReviewJob,
  report: Report,
  { review, comments, commentLimit: limit }: Settings,
  head: Tree,
  shownLines: (files: readonly string[]) => Promise<Ranges>,
): Promise<Comments> {
  if (!review || comments === 'off' || job.draft || job.pull === undefined) return undefined;
  const findings = commented(report);
  const fixed = new Set(findings.flatMap(({ suggestion }) => suggestion?.file ?? []));
  const files = [...new Set([...findings.map(({ location }) => location.file), ...fixed])].filter(
    (file) => file !== '',
  );
  const hunks = files.length === 0 ? new Map<string, []>() : await shownLines(files);
  const texts = await head.readMany([...fixed].filter((file) => hunks.has(file)));
  const items = reviewComments(report, {
    checks: await checkIndex(),
    comments,
    hunks,
    lines: (file) => texts.get(file)?.toString('utf8').split('\n'),
  });
  return { items, limit };
}

/** What all fixes together make of the files, in the shape that crosses to the host. */
export function fixesOf({ files, findings, left }: Mended): VerifiedFixes {
  // Variants and containers of a loop share one.
  const made = [...new Set(findings.flatMap(({ suggestion }) => suggestion ?? []))];
  return {
    files: Object.fromEntries(files.map(({ path, after }) => [path, after])),
    made: made.map(({ file, span, description }) => ({ file, line: span.startLine, description })),
    left: left.length,
  };
}
