import { PlimsollError } from '../errors.ts';
import type { Store } from './store.ts';

/** All that is worth keeping. pg-boss's tables have the same columns on both sides: both stores were opened by this version. */
const tables = [
  'plimsoll.delivery',
  'plimsoll.newest',
  'plimsoll.turn',
  'plimsoll.report',
  'plimsoll.trend',
  'pgboss.job',
] as const;

/** Rows read at a time: a report may have megabytes. */
const batch = 100;

/**
 * Copies everything into an empty store, jobs that wait included; nothing may work on either meanwhile. Gives the rows of each table.
 * Throws `store-not-empty` when the target holds reports or jobs: two histories are never mixed.
 */
export async function move(from: Store, to: Store): Promise<Record<string, number>> {
  const copied: Record<string, number> = {};
  await to.database.transaction(async ({ query }) => {
    for (const table of ['plimsoll.report', 'pgboss.job'])
      if ((await query(`select 1 from ${table} limit 1`)).length > 0)
        throw new PlimsollError(
          'store-not-empty',
          `The target has rows in ${table} already.`,
          'Move into a new database; nothing was changed.',
        );
    for (const table of tables) {
      copied[table] = 0;
      for (;;) {
        const rows = await from.database.query<{ row: unknown }>(
          `select to_jsonb(one) as row from ${table} as one order by 1 limit ${batch} offset ${copied[table]}`,
        );
        if (rows.length === 0) break;
        await query(
          `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1::text::jsonb)`,
          [JSON.stringify(rows.map(({ row }) => row))],
        );
        copied[table] += rows.length;
      }
    }
    await query(
      "select setval(pg_get_serial_sequence('plimsoll.report', 'id'), greatest(1, (select max(id) from plimsoll.report)))",
    );
    // What ran when the old server was stopped runs again.
    await query("update pgboss.job set state = 'retry', start_after = now() where state = 'active'");
  });
  return copied;
}
