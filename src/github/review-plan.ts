import type { Finding, Report } from '../model.ts';
import { withPosted } from './marks.ts';
import { code, prose } from '../report/escape.ts';
import type { ReviewComment } from '../report/review-comment.ts';
import { plural } from '../report/summarize.ts';
import type { Posted, Said, Thread } from './threads.ts';

/** Comments on the same lines: one thread. */
export interface CommentGroup {
  path: string;
  start: number;
  line: number;
  items: ReviewComment[];
}

export interface ReviewPlan {
  /** Threads to begin, at most as many as the limit says. */
  post: CommentGroup[];
  /** What would have been begun without the limit. */
  left: ReviewComment[];
  /** Threads that are over: what to say, and whether to resolve them. */
  answer: { thread: Thread; text: string; resolve: boolean }[];
  /** Threads we said are over at this very head, and did not get to resolve. */
  resolve: Thread[];
  /** Reviews to be given another body: they name deleted findings that are over, and would be news if they came back. */
  forget: { review: number; body: string }[];
}

/**
 * What is to be written, given what stands there already. Pure, so that a job which was cut off plans again and writes what is
 * missing.
 *
 * A finding with a thread gets no other: an open one stands; one that a person resolved or deleted is dismissed and stays so. Only
 * when it was over meanwhile does its return begin a new one.
 */
export function planOf(
  { threads, reviews }: Said,
  comments: { items: readonly ReviewComment[]; limit: number },
  report: Report,
): ReviewPlan {
  const deleted = reviews.map((one) => ({ ...one, deleted: deletedFrom(one, threads) }));
  const known = new Set([
    ...threads.filter(({ answered }) => answered === undefined).flatMap((one) => one.fingerprints),
    ...deleted.flatMap((one) => one.deleted),
  ]);
  const groups = grouped(comments.items.filter(({ fingerprint }) => !known.has(fingerprint)));
  const open = threads.filter(({ isResolved, answered }) => !isResolved && answered === undefined);
  const verdict = verdicts(report);
  return {
    post: groups.slice(0, comments.limit),
    left: groups.slice(comments.limit).flatMap(({ items }) => items),
    answer: open.flatMap((thread) => {
      const text = overAs(thread.fingerprints.map(verdict));
      return text === undefined ? [] : [{ thread, text, resolve: thread.isOurs }];
    }),
    resolve: threads.filter(
      ({ isResolved, answered }) => !isResolved && answered?.resolve === true && answered.head === report.head,
    ),
    forget: deleted.flatMap(({ review, body, fingerprints, deleted }) => {
      const over = new Set(deleted.filter((one) => verdict(one) !== undefined));
      const left = fingerprints.filter((one) => !over.has(one));
      return over.size === 0 ? [] : [{ review, body: withPosted(body, left) }];
    }),
  };
}

/** Findings that a review had comments on which are there no more. Nobody but a person takes one away. */
function deletedFrom({ review, fingerprints }: Posted, threads: readonly Thread[]): string[] {
  const standing = new Set(threads.filter((one) => one.review === review).flatMap((one) => one.fingerprints));
  return fingerprints.filter((one) => !standing.has(one));
}

function grouped(items: readonly ReviewComment[]): CommentGroup[] {
  const groups = new Map<string, CommentGroup>();
  for (const item of items) {
    const { path, start, line } = item;
    const key = JSON.stringify([path, start, line]);
    const group = groups.get(key) ?? { path, start, line, items: [] };
    groups.set(key, group);
    group.items.push(item);
  }
  return [...groups.values()];
}

/** Why a finding is over; undefined while it stands, or while nobody can tell. */
function verdicts(report: Report): (fingerprint: string) => string | undefined {
  const byPrint = new Map(report.findings.map((finding) => [finding.fingerprint, finding]));
  // What was not judged is not gone: a chart that does not render shows no finding either.
  const complete =
    report.problems.every(({ side }) => side === 'base') && report.units.every(({ status }) => status === 'rendered');
  return (fingerprint) => {
    const finding = byPrint.get(fingerprint);
    if (finding?.waiver !== undefined) return waivedAs(finding.waiver);
    if (finding?.status === 'introduced') return undefined;
    if (finding?.status === 'existing')
      return 'The base has this by now: it is not this pull request that introduces it.';
    return complete ? 'This pull request does not introduce it any more.' : undefined;
  };
}

function waivedAs({ reason, until }: NonNullable<Finding['waiver']>): string {
  return `Waived: ${prose(reason)}${until === undefined ? '' : ` (until ${until})`}`;
}

/** Said when all that a thread is about is over. */
function overAs(verdicts: readonly (string | undefined)[]): string | undefined {
  const said = verdicts.filter((one) => one !== undefined);
  return said.length < verdicts.length ? undefined : [...new Set(said)].join('\n\n');
}

/** Places named in the check run; the rest are counted. */
const namedPlaces = 50;

/** What the check run says of findings that got no comment because the review was full; empty when there are none. */
export function notCommented(left: readonly ReviewComment[], limit: number): string {
  if (left.length === 0) return '';
  const places = left
    .slice(0, namedPlaces)
    .map(({ check, path, line }) => `${code(`${path}:${line}`, 200)} (${code(check)})`);
  const more = left.length > namedPlaces ? ` and ${left.length - namedPlaces} more` : '';
  return [
    '### Without a review comment',
    `A review holds at most ${plural(limit, 'comment')} (\`comment-limit\`). ${plural(left.length, 'finding')} beyond that: ${places.join(', ')}${more}.`,
  ].join('\n\n');
}
