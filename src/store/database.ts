import type { Db, PgBoss } from 'pg-boss';

/** Runs one statement with its values (`$1` …) and gives the rows. */
export type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** What stands inside one transaction: our own statements, and pg-boss's through `boss`. */
export interface Transaction {
  query: Query;
  /** Passed as `db` to a call of pg-boss, so that its statement is part of this transaction. */
  boss: Db;
}

/** A PostgreSQL, embedded or served. Both speak the same SQL; nothing outside of this folder knows which it is. */
export interface Database {
  kind: 'pglite' | 'postgres';
  query: Query;
  /** Commits when `work` resolves, rolls back and rejects when it rejects. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** What pg-boss needs to work on this database. */
  bossOptions: ConstructorParameters<typeof PgBoss>[0] & object;
  close(): Promise<void>;
}

/** Where the data lives: a PostgreSQL, a folder of the embedded one, this process' memory, or what its owner opened and will close. */
export type DatabasePlace = { url: string } | { folder: string } | { memory: true } | { open: Database };

/**
 * Opens the database. The embedded one is loaded only when it is asked for: it takes about 0.4 GB.
 * Throws `store-locked` when another process has the folder, `store-unreachable` when the server does not answer.
 */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  if ('open' in place) return { ...place.open, close: () => Promise.resolve() };
  if ('url' in place) return (await import('./postgres.ts')).openPostgres(place.url);
  return (await import('./pglite.ts')).openPglite('folder' in place ? place.folder : undefined);
}
