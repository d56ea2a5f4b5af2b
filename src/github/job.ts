import type { Check } from '../check.ts';
import type { Report } from '../model.ts';
import type { CheckRunOutput } from '../report/check-run.ts';
import type { ReviewComment } from '../report/review-comment.ts';
import type { Command } from './command.ts';

/** What made us review. */
type ReviewEvent = 'pull_request' | 'merge_group' | 'check_run' | 'check_suite' | 'command';

interface JobPlace {
  /** GUID of the webhook's delivery: the same for a repeated delivery. */
  delivery: string;
  /** Id of the App's installation. */
  installation: number;
  owner: string;
  repo: string;
  defaultBranch?: string;
  /** What asked for it, where that is traced: W3C `traceparent`. */
  trace?: string;
}

/** One thing to do. Plain JSON: it crosses the queue. */
export type Job = ReviewJob | CommandJob | BaselineJob;

/**
 * One review to do. `baseSha`, `baseRef` and `headRef` are empty where the event does not tell (a check run of a fork asked for
 * again), `headSha` too where the current one is meant; `pull` then says where to ask.
 */
export interface ReviewJob extends JobPlace {
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
  /** Changed files, where the event tells. */
  files?: number;
  event: ReviewEvent;
  /** The base has no settings and the head brings some: they are validated, and what they would find is counted. */
  firstContact?: boolean;
}

/** What a person asked for, by a comment or a button of the check run. */
export interface CommandJob extends JobPlace {
  event: 'command';
  pull: number;
  command: Command;
  /** Login of who asked. Their permission is looked up when the job is done. */
  author: string;
  /** Id of the comment; absent for a button. */
  comment?: number;
}

/** The default branch after a push: scanned as a whole and counted, and nothing is posted. */
export interface BaselineJob extends JobPlace {
  event: 'push';
  headSha: string;
  pull?: undefined;
}

export function isCommand(job: Job): job is CommandJob {
  return 'command' in job;
}

export function isBaseline(job: Job): job is BaselineJob {
  return job.event === 'push';
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
  /** The settings that the owner's repositories inherit; undefined when there are none, or they may not be read. */
  readExtended(owner: string): Promise<string | undefined>;
  /** The commit where the head left the base. */
  mergeBase(base: string, head: string): Promise<string>;
}

export type Outcome =
  | { kind: 'not-opted-in' }
  | {
      kind: 'report';
      report: Report;
      rendered: CheckRunOutput;
      /** What review comments say, most severe first; absent where none are wanted: then none are answered either. */
      comments?: { items: ReviewComment[]; limit: number };
      fixes?: VerifiedFixes;
    };

/** What all verified fixes together make of the head. */
export interface VerifiedFixes {
  /** New texts of files, by path. */
  files: Record<string, string>;
  made: { file: string; line: number; description: string }[];
  /** Fixes that cannot be made beside the others. */
  left: number;
}

export type ChecksById = ReadonlyMap<string, Check>;

/** Does one review. Throws `PlimsollError` for what the pull request's author or the operator can mend; else it is a bug. */
export type Review = (job: ReviewJob, access: RepositoryAccess, signal: AbortSignal) => Promise<Outcome>;

/** Scans the job's commit and keeps what it counts. False when the commit has no settings, or nothing contains what it renders. */
export type Baseline = (job: BaselineJob, access: RepositoryAccess, signal: AbortSignal) => Promise<boolean>;

/** Jobs with the same key replace one another: the newest head of a pull request is the one that counts. */
export function jobKey(job: Job): string {
  const repository = `${job.owner}/${job.repo}`;
  if (isCommand(job)) return `${repository}#${job.pull}!${job.comment ?? job.delivery}`;
  if (isBaseline(job)) return `${repository}@default`;
  return job.pull === undefined ? `${repository}@${job.headSha}` : `${repository}#${job.pull}`;
}
