/** The words between the queue and the work: what a try of a job is, and how it ends before its time. */

/** One try of a job. */
export interface Try {
  /** From 1. */
  number: number;
  /** No other try follows by itself. */
  last: boolean;
  /** Aborted when the job was cancelled or is no longer ours; its reason is a `Cancelled`, a `HandedBack` or a `LeaseLost`. */
  signal: AbortSignal;
}

/** The job is not wanted any more; the message says why, for people. */
export class Cancelled extends Error {
  override name = 'Cancelled';
}

/** This process ends: the job goes to another, or to this one's successor. */
export class HandedBack extends Error {
  override name = 'HandedBack';
}

/** Another worker has the job: this one must not write anything more. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

/** Thrown by a job that should be tried again, not before `seconds` have passed if a number is given. */
export class TryLater extends Error {
  override name = 'TryLater';
  readonly seconds: number | undefined;

  constructor(cause: unknown, seconds?: number) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.seconds = seconds;
  }
}
