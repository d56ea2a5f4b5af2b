import type { Report } from '../model.ts';
import type { Counts } from '../report/counts.ts';
import type { Database } from './database.ts';

/** A stored report and when it was made. */
export interface StoredReport {
  report: Report;
  created: Date;
}

/** Counts of findings of a default branch at one commit. */
export interface TrendPoint {
  commit: string;
  counts: Counts;
  created: Date;
}

/** Keeps the report of a head; a second review of the same head replaces the first. */
export async function saveReport({ query }: Database, report: Report): Promise<void> {
  await query(
    `insert into plimsoll.report (repository, pull, head, base, conclusion, report) values ($1, $2, $3, $4, $5, $6::text::jsonb)
     on conflict (repository, head, coalesce(pull, 0)) do update
     set base = excluded.base, conclusion = excluded.conclusion, report = excluded.report, created = now()`,
    [
      report.repository,
      report.pull ?? null,
      report.head,
      report.base ?? null,
      report.conclusion,
      JSON.stringify(report, storable),
    ],
  );
}

/** The report of a head, of that pull request if one is named. */
export async function readReport(
  { query }: Database,
  subject: { repository: string; head: string; pull?: number },
): Promise<StoredReport | undefined> {
  const [row] = await query<StoredReport>(
    `select report, created from plimsoll.report
     where repository = $1 and head = $2 and ($3::integer is null or pull = $3) order by created desc limit 1`,
    [subject.repository, subject.head, subject.pull ?? null],
  );
  return row;
}

/** Keeps what the default branch has at a commit, now: a branch that is set back stands there once more. */
export async function saveTrend(
  { query }: Database,
  repository: string,
  commit: string,
  counts: Counts,
): Promise<void> {
  await query(
    `insert into plimsoll.trend (repository, commit, counts) values ($1, $2, $3::text::jsonb)
     on conflict (repository, commit) do update set counts = excluded.counts, created = now()`,
    [repository, commit, JSON.stringify(counts)],
  );
}

/** The last points of a repository, the oldest first. */
export async function readTrend({ query }: Database, repository: string, limit = 100): Promise<TrendPoint[]> {
  const rows = await query<TrendPoint>(
    'select commit, counts, created from plimsoll.trend where repository = $1 order by created desc limit $2',
    [repository, limit],
  );
  return rows.reverse();
}

/** GitHub lets a delivery be sent again for three days; no GUID older than that comes back. */
const deliveryDays = 4;

/** Removes what is older than the retention, and delivery ids that cannot come again. Gives how many reports went. */
export async function prune({ query }: Database, retentionDays: number): Promise<number> {
  await query('delete from plimsoll.delivery where received < now() - make_interval(days => $1)', [deliveryDays]);
  await query('delete from plimsoll.newest where updated < now() - make_interval(days => $1)', [retentionDays]);
  await query("delete from plimsoll.claim where until < now() - interval '1 day'");
  await query('delete from plimsoll.trend where created < now() - make_interval(days => $1)', [retentionDays]);
  const gone = await query(
    'delete from plimsoll.report where created < now() - make_interval(days => $1) returning id',
    [retentionDays],
  );
  return gone.length;
}

/** PostgreSQL's jsonb takes neither NUL nor half a surrogate pair (its documentation, "JSON Types"); text from hostile files may hold both. */
function storable(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value;
}
