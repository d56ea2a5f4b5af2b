import type { Database } from './database.ts';

/**
 * Takes on, for all processes of this database, what only one may do for so many seconds. A `holder` may take anew what it has;
 * without one, the claim stands until its time is over. False when another has it. Time is the queue's, by which its leases run too.
 */
export async function claim(
  { query }: Pick<Database, 'query'>,
  name: string,
  seconds: number,
  holder?: string,
): Promise<boolean> {
  const rows = await query(
    `insert into plimsoll.claim as claim (name, until, holder)
     values ($1, pgboss.job_now() + make_interval(secs => $2), $3)
     on conflict (name) do update set until = excluded.until, holder = excluded.holder
     where claim.until <= pgboss.job_now() or claim.holder = excluded.holder returning name`,
    [name, seconds, holder ?? null],
  );
  return rows.length > 0;
}

/** Ends a holder's claim before its time. */
export async function unclaim({ query }: Pick<Database, 'query'>, name: string, holder: string): Promise<void> {
  await query('delete from plimsoll.claim where name = $1 and holder = $2', [name, holder]);
}
