import type { Database } from './database.ts';

/** Takes on, for all processes of this database, what should be done once in so many seconds. False when another has it. */
export async function claim({ query }: Database, name: string, seconds: number): Promise<boolean> {
  const rows = await query(
    `insert into plimsoll.claim as claim (name, until) values ($1, now() + make_interval(secs => $2))
     on conflict (name) do update set until = excluded.until where claim.until <= now() returning name`,
    [name, seconds],
  );
  return rows.length > 0;
}
