import type { Report } from '../model.ts';
import type { CheckRunOutput } from '../report/check-run.ts';

/** What made us review. */
type JobEvent = 'pull_request' | 'merge_group' | 'check_run' | 'check_suite';

/**
 * One review to do. Plain JSON: it crosses the queue. `baseSha`, `baseRef` and `headRef` are empty where the event does not tell
 * (a check run of a fork asked for again); `pull` or `checkRun` then says where to ask.
 */
export interface ReviewJob {
  /** GUID of the webhook's delivery: the same for a repeated delivery. */
  delivery: string;
  /** Id of the App's installation. */
  installation: number;
  owner: string;
  repo: string;
  defaultBranch?: string;
  pull?: number;
  headSha: string;
  /** Tip of the base branch; the merge base is asked for when it is needed. */
  baseSha: string;
  baseRef: string;
  headRef: string;
  /** The head lives in another repository. Its commits are read through `refs/pull/N/head` of this one. */
  fork: boolean;
  draft: boolean;
  title?: string;
  event: JobEvent;
}

/** What a review may ask of the repository's host. */
export interface RepositoryAccess {
  /** Smart HTTP, without user or password. */
  cloneUrl: string;
  /** Where the host shows the files of the head: `https://…/owner/repo/blob/<head>`. */
  blobUrl: string;
  /** An installation token for this repository alone that can only read contents. Short-lived: never stored. */
  token(): Promise<string>;
  /** A file at a commit; undefined when there is none. */
  readFile(path: string, ref: string): Promise<string | undefined>;
  /** The commit where the head left the base. */
  mergeBase(base: string, head: string): Promise<string>;
}

export type Outcome = { kind: 'not-opted-in' } | { kind: 'report'; report: Report; rendered: CheckRunOutput };

/** Does one review. Throws `PlimsollError` for what the pull request's author or the operator can mend; else it is a bug. */
export type Review = (job: ReviewJob, access: RepositoryAccess, signal: AbortSignal) => Promise<Outcome>;

/** Jobs with the same key replace one another: the newest head of a pull request is the one that counts. */
export function jobKey(job: Pick<ReviewJob, 'owner' | 'repo' | 'pull' | 'headSha'>): string {
  return `${job.owner}/${job.repo}${job.pull === undefined ? `@${job.headSha}` : `#${job.pull}`}`;
}
