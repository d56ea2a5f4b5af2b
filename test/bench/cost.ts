/**
 * `npm run bench:cost [-- --rounds 3] [-- --requests]`: what one review costs, whatever else the machine does. Processor time of the
 * server and of the git, helm and kustomize below it, requests to GitHub, transactions in the database. The server is a process of its
 * own on PostgreSQL (on the embedded database where none is installed: then its work is in the server's); the example pull requests come
 * in one after the other, those of later rounds with known renders.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../src/store/database.ts';
import { hasPostgres, startPostgres } from '../support/databases.ts';
import { examplePulls, exampleRepository } from '../support/examples.ts';
import { startGitHub } from '../support/github/github.ts';
import { freePort } from '../support/github/start-app.ts';

const { values: given } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, requests: { type: 'boolean', default: false } },
});
/** Of Linux: what /proc counts processor time in. */
const ticks = 100;

const github = await startGitHub();
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cost-'));
const databases = hasPostgres() ? await startPostgres() : undefined;
const place = await databases?.place();
const url = place !== undefined && 'url' in place ? place.url : undefined;
const { PATH } = process.env;
const server = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)), ['server'], {
  env: {
    ...{ PATH, HOME: folder, TMPDIR: folder, PLIMSOLL_CACHE: join(folder, 'cache') },
    ...{ ...github.env, PORT: String(await freePort()), LOG_LEVEL: 'fatal', PLIMSOLL_SANDBOX: 'auto' },
    ...(url === undefined ? { PLIMSOLL_DATA: join(folder, 'data') } : { DATABASE_URL: url }),
  },
});
const statistics = url === undefined ? undefined : await openDatabase({ url });
try {
  const [message] = (await once(server, 'message')) as [{ url: string }];
  github.webhookUrl = `${message.url}/api/github/webhooks`;
  const idle = await idleTransactions();
  console.log('round   reviews   requests   reads   writes   content   transactions   CPU s server   CPU s below');
  for (let round = 1; round <= Number(given.rounds); round += 1) await measure(round, message.url, idle);
  const [row] =
    (await statistics?.query<{ bytes: string }>('select avg(pg_column_size(report)) as bytes from plimsoll.report')) ??
    [];
  if (row !== undefined)
    console.log(
      `\na report in the database: ${(Number(row.bytes) / 1024).toFixed(1)} KiB; idle: ${idle.toFixed(1)} transactions a second`,
    );
} finally {
  server.kill('SIGKILL');
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  await statistics?.close();
  await databases?.stop();
  await github.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(round: number, app: string, idle: number): Promise<void> {
  // A repository for each round, with the same contents: the renders of the first are those of the others.
  const repository = `acme/round-${round}`;
  await github.createRepository(repository, { folder: exampleRepository });
  const opened = [];
  for (const { title, name: branch, folder } of examplePulls())
    opened.push(await github.openPull(repository, { title, branch, folder }));
  const before = { ...processorTime(), transactions: await transactions(), at: performance.now() };
  const first = github.requests.length;
  for (const pull of opened) {
    await github.announce(repository, pull, 'opened');
    while (github.checkRuns(repository, pull.head.sha)[0]?.status !== 'completed' || (await running(app)))
      await pause(100);
  }
  const after = processorTime();
  const made = github.requests.slice(first);
  if (given.requests && round === 1)
    for (const { method, path } of made) console.log(`  ${method} ${path.replaceAll(/[0-9a-f]{40}/g, '<sha>')}`);
  const reads = made.filter(({ method, path }) => method === 'GET' || path.endsWith('/graphql')).length;
  const content = made.filter(
    ({ method, path }) => method === 'POST' && /\/(?:comments|reviews|replies)$/.test(path),
  ).length;
  const spent = (await transactions()) - before.transactions - (idle * (performance.now() - before.at)) / 1000;
  const each = (sum: number, digits = 1): string => (sum / opened.length).toFixed(digits);
  const cells: [string, number][] = [
    [String(round), 5],
    [String(opened.length), 10],
    [each(made.length), 11],
    [each(reads), 8],
    [each(made.length - reads), 9],
    [each(content), 10],
    [statistics === undefined ? '-' : each(spent, 0), 15],
    [each(after.own - before.own, 2), 15],
    [each(after.below - before.below, 2), 14],
  ];
  console.log(cells.map(([text, width]) => text.padStart(width)).join(''));
}

/** Seconds of the server, and of all that it started and waited for. */
function processorTime(): { own: number; below: number } {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ').map(Number) ?? [];
  const [user = 0, system = 0, usersBelow = 0, systemsBelow = 0] = fields.slice(11, 15);
  return { own: (user + system) / ticks, below: (usersBelow + systemsBelow) / ticks };
}

async function running(app: string): Promise<boolean> {
  const page = await (await fetch(`${app}/metrics`)).text();
  return !/^plimsoll_jobs\{state="running"\} 0$/m.test(page);
}

/** Transactions that were committed so far; PostgreSQL tells them a second late. */
async function transactions(): Promise<number> {
  if (statistics === undefined) return 0;
  await pause(1500);
  const [row] = await statistics.query<{ sum: string }>(
    'select xact_commit as sum from pg_stat_database where datname = current_database()',
  );
  return Number(row?.sum);
}

/** Transactions a second of a server that has nothing to do. */
async function idleTransactions(): Promise<number> {
  const before = await transactions();
  const at = performance.now();
  await pause(5000);
  const after = await transactions();
  return (after - before) / ((performance.now() - at) / 1000);
}
