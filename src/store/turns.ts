import type { Query } from './database.ts';

/** Group and tier of what no repository's turn is taken for. No repository is called so: their names hold a slash. */
export const spare = 'spare';

/** Behind all turns: pg-boss's priorities are 32-bit integers. */
export const lastTurn = 2 ** 31 - 1;

/**
 * Start-time fair queueing (Goyal, Vin, Cheng, 1996): each repository has a clock of its own that moves by a job's cost, and never
 * stands behind the clock of the whole, which is where the job stood that was started last. So a repository with a thousand jobs
 * waiting delays another's first job by one of its jobs, not by a thousand, and none waits for ever.
 *
 * @returns the job's place in the order: the lowest is next. A cost of 0 goes before all that have to wait.
 */
export async function nextTurn(query: Query, repository: string, cost: number): Promise<number> {
  const rows = await query<{ repository: string; time: string | number }>(
    "select repository, time from plimsoll.turn where repository in ($1, '')",
    [repository],
  );
  const timeOf = (name: string): number => Number(rows.find((row) => row.repository === name)?.time ?? 0);
  const now = timeOf('');
  if (cost === 0) return now;
  const turn = Math.max(timeOf(repository), now) + cost;
  await advance(query, repository, turn);
  return turn;
}

/** A job of this turn was started: the clock of the whole stands there now. */
export async function startedAt(query: Query, turn: number): Promise<void> {
  if (turn === lastTurn) return;
  await advance(query, '', turn);
}

async function advance(query: Query, name: string, time: number): Promise<void> {
  await query(
    `insert into plimsoll.turn as turn (repository, time) values ($1, $2)
     on conflict (repository) do update set time = greatest(turn.time, excluded.time)`,
    [name, time],
  );
}
