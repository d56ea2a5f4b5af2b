import { PlimsollError } from '../errors.ts';
import type { Database } from './database.ts';

/**
 * Our tables, as steps that are only ever added to: a released step is never edited, since databases that took it never take it
 * again. pg-boss keeps its own tables in its own schema and moves them by itself.
 */
const steps: readonly string[] = [
  // 1: what was accepted, whose turn it is, what was found.
  `create table plimsoll.delivery (
     guid text primary key,
     received timestamptz not null default now()
   );
   create index delivery_received on plimsoll.delivery (received);
   -- The newest job of each pull request or merge group, and what it was about.
   create table plimsoll.newest (
     key text primary key,
     job uuid,
     subject text not null default '',
     updated timestamptz not null default now()
   );
   -- Virtual times of the fair order: one row a repository, and one with an empty name for the whole.
   create table plimsoll.turn (
     repository text primary key,
     time bigint not null
   );
   create table plimsoll.report (
     id bigint generated always as identity primary key,
     repository text not null,
     pull integer,
     head text not null,
     base text,
     conclusion text not null,
     report jsonb not null,
     created timestamptz not null default now()
   );
   create unique index report_subject on plimsoll.report (repository, head, coalesce(pull, 0));
   create index report_created on plimsoll.report (created);
   -- Counts of the default branch after each push.
   create table plimsoll.trend (
     repository text not null,
     commit text not null,
     counts jsonb not null,
     created timestamptz not null default now(),
     primary key (repository, commit)
   );
   create index trend_created on plimsoll.trend (created);
   -- What one process at a time does for all.
   create table plimsoll.claim (
     name text primary key,
     until timestamptz not null
   );`,
  // 2: who works on a pull request, so that nobody else does.
  `alter table plimsoll.claim add column holder text;`,
];

/** Any number will do, as long as it is nobody else's: processes that start together migrate one after the other. */
const advisoryLock = 7_066_115;

/**
 * Brings our tables to this version's shape. Forward only.
 * Throws `store-newer` when a later version of Plimsoll has been here: an older one must not write what it does not know.
 */
export async function migrate(database: Database, upTo = steps.length): Promise<void> {
  await database.transaction(async ({ query, boss }) => {
    await query('select pg_advisory_xact_lock($1)', [advisoryLock]);
    await query('create schema if not exists plimsoll');
    await query('create table if not exists plimsoll.version (number integer not null)');
    const [row] = await query<{ number: number }>('select number from plimsoll.version');
    if (row === undefined) await query('insert into plimsoll.version values (0)');
    const from = row?.number ?? 0;
    if (from > steps.length)
      throw new PlimsollError(
        'store-newer',
        `The database was written by a later version of Plimsoll (schema ${from}; this one knows ${steps.length}).`,
        'Run that version or a later one; to go back, restore the backup made before the upgrade.',
      );
    for (const step of steps.slice(from, upTo)) await boss.executeSql(step);
    await query('update plimsoll.version set number = $1', [Math.max(from, Math.min(upTo, steps.length))]);
  });
}
