import type { Try } from '../jobs.ts';
import type { Wish } from './events.ts';
import type { Job } from './job.ts';

/** Where jobs wait, and are not lost. */
export interface JobQueue {
  /** Resolves when what the delivery asks for is stored. A delivery seen before changes nothing. */
  accept(delivery: string, wish: Wish): Promise<void>;
  /** Whether the same is waiting, running or done already. */
  knows(job: Job): Promise<boolean>;
  /** Stores a job that no delivery asked for. */
  add(job: Job): Promise<void>;
  /** Settles when nothing waits and nothing runs. */
  idle(): Promise<void>;
  /** Takes no more jobs, waits for those that run, and hands back what is not done in time. */
  close(): Promise<void>;
}

/** Does one try of a job. What it throws is tried again, or given up after the last try. */
export type Perform = (job: Job, attempt: Try) => Promise<void>;
