import { PGlite, type Results, type Transaction as PgliteTransaction } from '@electric-sql/pglite';
import { fromPglite } from 'pg-boss';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, Query, Transaction } from './database.ts';
import { lockFolder } from './folder-lock.ts';

/** The embedded PostgreSQL, in `folder` or in memory. Throws `store-locked` when another process has the folder. */
export async function openPglite(folder: string | undefined): Promise<Database> {
  let unlock: (() => void) | undefined;
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    unlock = lockFolder(folder);
  }
  try {
    const lite = await PGlite.create(folder === undefined ? {} : { dataDir: join(folder, 'database') });
    return {
      kind: 'pglite',
      query: queryOf(lite),
      transaction: (work) => lite.transaction((transaction) => work(insideOf(transaction))),
      bossOptions: { db: fromPglite(lite), backend: 'pglite' },
      async close() {
        await lite.close();
        unlock?.();
      },
    };
  } catch (error) {
    unlock?.();
    throw error;
  }
}

function queryOf(lite: { query<Row>(sql: string, values?: unknown[]): Promise<Results<Row>> }): Query {
  return async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await lite.query<Row>(sql, [...values])).rows;
}

function insideOf(transaction: PgliteTransaction): Transaction {
  return {
    query: queryOf(transaction),
    boss: {
      executeSql: async (sql, values) => {
        if (values !== undefined && values.length > 0) return transaction.query(sql, values);
        return { rows: (await transaction.exec(sql)).flatMap(({ rows }) => rows) };
      },
    },
  };
}
