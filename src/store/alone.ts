import { randomUUID } from 'node:crypto';
import type { Store } from './store.ts';

/** Milliseconds between two looks whether the other has ended, and between two signs that we have not. */
const look = 250;
const renewal = 4000;

/**
 * Waits until no other try works on the key, in any process, and keeps others waiting until what it gives is called. A cancelled try
 * may still be writing when the job that replaces it begins; one whose process died is waited for as long as its lease.
 *
 * @param lost called when another has the key in spite of that: this process could not say for a whole lease that it lives
 * Throws the signal's reason when it is aborted first.
 */
export async function alone(
  { database: { query }, clock, lease }: Store,
  key: string,
  signal: AbortSignal,
  lost: () => void,
): Promise<() => Promise<void>> {
  const name = `job ${key}`;
  const holder = randomUUID();
  while (!(await take())) {
    await new Promise<void>((resolve) => clock.setTimeout(resolve, look));
    signal.throwIfAborted();
  }
  let renewing: Promise<void> | undefined;
  const timer = clock.setInterval(() => {
    // A database that does not answer now is asked again; when it never does, the lease is what tells the others.
    renewing = take().then(
      (ours) => (ours ? undefined : lost()),
      () => undefined,
    );
  }, renewal);
  return async () => {
    clock.clearInterval(timer);
    // One that is under way would take the key anew.
    await renewing;
    await query('delete from plimsoll.claim where name = $1 and holder = $2', [name, holder]).catch(
      // It runs out by itself; what was done is done all the same.
      () => undefined,
    );
  };

  async function take(): Promise<boolean> {
    // The queue's clock, by which its leases run too.
    const rows = await query(
      `insert into plimsoll.claim as claim (name, until, holder)
       values ($1, pgboss.job_now() + make_interval(secs => $2), $3)
       on conflict (name) do update set until = excluded.until, holder = excluded.holder
       where claim.until <= pgboss.job_now() or claim.holder = excluded.holder returning name`,
      [name, lease, holder],
    );
    return rows.length > 0;
  }
}
