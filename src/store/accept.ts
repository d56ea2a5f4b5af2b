import { randomUUID } from 'node:crypto';
import type { Transaction } from './database.ts';
import { lastTurn, nextTurn, spare } from './turns.ts';
import { reviews, type Store } from './store.ts';

/** A job to store. `data` is plain JSON and comes back as it was given. */
export interface Task {
  /** Jobs of one key replace one another: a pull request, a merge group. */
  key: string;
  /** What of the key is to be judged: the same subject twice is one job. */
  subject: string;
  /** Asked for by a person: done even when the same subject was done before. */
  again: boolean;
  /** Whose turn it takes: `owner/repo`. */
  repository: string;
  /** Turns it takes, from 0 (a merge queue waits for it) upwards; `spare` for what runs when no turn is waited for, one at a time. */
  cost: number | 'spare';
  /** What people are told of the older job of this key that this one takes the place of. */
  supersedes: string;
  data: object;
}

export type Wish = { kind: 'do'; task: Task } | { kind: 'cancel'; key: string; reason: string };

/** What became of a delivery. */
export type Accepted = 'stored' | 'cancelled' | 'repeated' | 'known';

/** Channel on which a running job's worker hears that it is over: `{"job": id, "reason": text}`. */
export const cancelChannel = 'plimsoll_cancel';

/**
 * Stores what a delivery asks for, in one transaction: when this resolves, the job survives any crash. A delivery seen before is
 * `repeated`, one about what is waiting, running or done already is `known`; a newer subject cancels the older job of its key.
 */
export async function accept({ database, boss }: Store, delivery: string, wish: Wish): Promise<Accepted> {
  return database.transaction(async (transaction) => {
    const { query } = transaction;
    const fresh = await query(
      'insert into plimsoll.delivery (guid) values ($1) on conflict do nothing returning guid',
      [delivery],
    );
    if (fresh.length === 0) return 'repeated';
    const key = wish.kind === 'do' ? wish.task.key : wish.key;
    // The row is what two deliveries about one pull request wait at, so that one of them sees the other's job.
    await query('insert into plimsoll.newest (key) values ($1) on conflict do nothing', [key]);
    const [newest] = await query<{ job: string | null; subject: string }>(
      'select job, subject from plimsoll.newest where key = $1 for update',
      [key],
    );
    const older = newest?.job ?? undefined;
    const state = older === undefined ? undefined : await stateOf(older);
    if (wish.kind === 'cancel') {
      await cancel(transaction, older, state, wish.reason);
      await query("update plimsoll.newest set job = null, subject = '', updated = now() where key = $1", [key]);
      return 'cancelled';
    }
    const { task } = wish;
    const same = task.subject === newest?.subject;
    if (same && (task.again ? isOpen(state) : isOpenOrDone(state))) return 'known';
    await cancel(transaction, older, state, task.supersedes);
    const id = randomUUID();
    const turn = task.cost === 'spare' ? lastTurn : await nextTurn(query, task.repository, task.cost);
    await boss.send(reviews, task.data, {
      id,
      db: transaction.boss,
      group: task.cost === 'spare' ? { id: spare, tier: spare } : { id: task.repository },
      // pg-boss takes the highest first; the earliest turn is ours.
      priority: -turn,
    });
    await query('update plimsoll.newest set job = $2, subject = $3, updated = now() where key = $1', [
      key,
      id,
      task.subject,
    ]);
    return 'stored';

    async function stateOf(job: string): Promise<string | undefined> {
      return (await boss.findJobs(reviews, { id: job, db: transaction.boss }))[0]?.state;
    }
  });

  async function cancel(
    transaction: Transaction,
    job: string | undefined,
    state: string | undefined,
    reason: string,
  ): Promise<void> {
    if (job === undefined || !isOpen(state)) return;
    await boss.cancel(reviews, job, { db: transaction.boss });
    if (state === 'active')
      await transaction.query('select pg_notify($1, $2)', [cancelChannel, JSON.stringify({ job, reason })]);
  }
}

/** Whether the newest job of this key is about this subject, and is waiting, running or done. */
export async function isKnown(
  { database, boss }: Store,
  { key, subject }: Pick<Task, 'key' | 'subject'>,
): Promise<boolean> {
  const [newest] = await database.query<{ job: string | null }>(
    'select job from plimsoll.newest where key = $1 and subject = $2',
    [key, subject],
  );
  if (newest?.job == null) return false;
  const [job] = await boss.findJobs(reviews, { id: newest.job });
  return isOpenOrDone(job?.state);
}

function isOpenOrDone(state: string | undefined): boolean {
  return isOpen(state) || state === 'completed';
}

function isOpen(state: string | undefined): boolean {
  return state === 'created' || state === 'retry' || state === 'active';
}
