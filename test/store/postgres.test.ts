import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { hasPostgres, startPostgres, type TestDatabases } from '../support/databases.ts';

const suite = hasPostgres() ? test : test.skip;
let databases: TestDatabases;
let database: Database;
beforeAll(async () => {
  if (!hasPostgres()) return;
  databases = await startPostgres();
  database = await openDatabase(await databases.place());
});
afterAll(async () => {
  if (!hasPostgres()) return;
  await database.close();
  await databases.stop();
});

suite(
  'A connection that breaks off in the middle of a transaction is its error, and not the end of the process.',
  async () => {
    const broken = database.transaction(async ({ query }) => {
      const [row] = await query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.query('select pg_terminate_backend($1)', [row?.pid]);
      // The connection is told while nothing is asked on it.
      while ((await database.query('select 1 from pg_stat_activity where pid = $1', [row?.pid])).length > 0);
      for (let turn = 0; turn < 20; turn += 1) await database.query('select 1');
      await query('select 1');
    });
    await expect(broken).rejects.toThrow(/terminat|not queryable/);
    expect(await database.transaction(({ query }) => query('select 1 as one'))).toEqual([{ one: 1 }]);
  },
);
