import { deadReviews, reviews, type Store } from './store.ts';
import { lastTurn } from './turns.ts';

/** How much there is to do. */
export interface Depth {
  waiting: number;
  running: number;
  /** Seconds that the job waits which waits longest and could run, those apart that only run in spare time; 0 when none does. */
  oldest: number;
  /** Jobs that failed at every try. */
  dead: number;
}

/** Counted now: pg-boss's own counts are up to a minute old. */
export async function depthOf({ database, clock }: Pick<Store, 'database' | 'clock'>): Promise<Depth> {
  const [row] = await database.query<{ waiting: number; running: number; since: Date | null; dead: number }>(
    `select count(*) filter (where name = $1 and state in ('created', 'retry'))::int as waiting,
            count(*) filter (where name = $1 and state = 'active')::int as running,
            min(greatest(created_on, start_after)) filter (where name = $1 and state in ('created', 'retry') and priority > $3) as since,
            count(*) filter (where name = $2 and state = 'created')::int as dead
     from pgboss.job where name in ($1, $2)`,
    [reviews, deadReviews, -lastTurn],
  );
  const since = row?.since?.getTime() ?? clock.now();
  return {
    waiting: row?.waiting ?? 0,
    running: row?.running ?? 0,
    oldest: Math.max(0, (clock.now() - since) / 1000),
    dead: row?.dead ?? 0,
  };
}
