import { Pool, type PoolClient } from 'pg';
import { PlimsollError } from '../errors.ts';
import type { Database, Query, Transaction } from './database.ts';

/** Connections of one process, beside those pg-boss keeps for itself; a served PostgreSQL allows 100 in all by default. */
const connections = 5;

/** A served PostgreSQL. Throws `store-unreachable`, without the URL's password, when it does not answer. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: connections, connectionTimeoutMillis: 10_000 });
  // A connection that dies while nobody uses it: the pool makes another one, and whoever asks meanwhile gets the error.
  pool.on('error', () => undefined);
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new PlimsollError(
      'store-unreachable',
      `The database at ${placeOf(url)} does not answer: ${wordsOf(error)}.`,
      'Check DATABASE_URL, and that PostgreSQL runs and accepts connections from here.',
    );
  }
  return {
    kind: 'postgres',
    query: queryOf(pool),
    transaction: (work) => transact(pool, work),
    bossOptions: { connectionString: url, max: connections },
    close: () => pool.end(),
  };
}

function queryOf(client: Pick<Pool | PoolClient, 'query'>): Query {
  return async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(sql, [...values])).rows;
}

async function transact<T>(pool: Pool, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // The pool listens only while a connection is idle. One that breaks off between two of our queries would end the process.
  const breaks = (error: Error): void => {
    broken = error;
  };
  client.on('error', breaks);
  try {
    await client.query('begin');
    const result = await work({
      query: queryOf(client),
      boss: { executeSql: (sql, values) => client.query(sql, values) },
    });
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away, and its transaction with it.
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.off('error', breaks);
    client.release(broken);
  }
}

/** Host, port and database of a URL; user and password are nobody's business. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Node says `AggregateError` without a word when no address of a name answers. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
