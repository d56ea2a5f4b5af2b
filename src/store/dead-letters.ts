import { deadReviews, reviews, type Store } from './store.ts';

/** A job that failed at every try and waits for a person. */
export interface DeadLetter {
  id: string;
  data: unknown;
  /** What the last try said. */
  message: string;
  tries: number;
  /** When the job was first accepted. */
  accepted: Date;
  /** When it was given up. */
  failed: Date;
}

/** The dead letters, the oldest first. */
export async function deadLetters({ boss }: Store): Promise<DeadLetter[]> {
  const jobs = await boss.findJobs(deadReviews, { queued: true });
  return jobs
    .map((job) => ({
      id: job.id,
      data: job.data,
      message: messageOf(job.sourceOutput),
      tries: (job.sourceRetryCount ?? 0) + 1,
      accepted: job.sourceCreatedOn ?? job.createdOn,
      failed: job.createdOn,
    }))
    .sort((a, b) => a.failed.getTime() - b.failed.getTime());
}

/** Puts dead letters back into the queue, with all their tries: those of these ids, or all. Gives how many. */
export async function retryDeadLetters({ boss }: Store, ids: readonly string[] | 'all'): Promise<number> {
  let moved = 0;
  for (;;) {
    const step = await boss.redrive(deadReviews, { destination: reviews, ...(ids === 'all' ? {} : { ids: [...ids] }) });
    moved += step;
    if (step === 0 || ids !== 'all') return moved;
  }
}

function messageOf(output: object | null): string {
  return output !== null && 'message' in output && typeof output.message === 'string'
    ? output.message
    : 'no reason kept';
}
