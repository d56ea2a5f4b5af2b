/**
 * `npm run bench:load [-- --seconds 60 --rate 50 --repositories 200]`: webhooks from another process than the server's, at a fixed rate,
 * beside the reviews they cause. For the embedded database, and for PostgreSQL with 1, 2 and 4 workers: how long the answers took, how many
 * reviews were done a minute, how old the queue got, how much memory the processes had.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hasPostgres, startPostgres } from '../support/databases.ts';
import { startGitHub, type Pull } from '../support/github/github.ts';
import { freePort } from '../support/github/start-app.ts';

const { values: given } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '50' },
    repositories: { type: 'string', default: '200' },
  },
});
const seconds = Number(given.seconds);
const rate = Number(given.rate);

const github = await startGitHub();
const opened: { repository: string; pull: Pull }[] = [];
for (let index = 0; index < Number(given.repositories); index += 1) {
  await github.createRepository(`acme/repository-${index}`, { files: { '.github/plimsoll.yml': '' } });
}
// Round robin, as many as there are deliveries: none is about a head that was reviewed already.
for (let index = 0; index < seconds * rate; index += 1) {
  const repository = `acme/repository-${index % Number(given.repositories)}`;
  const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: pod-${index}, namespace: shop }\nspec: { containers: [] }\n`;
  const files = { [`pod-${index}.yaml`]: pod };
  opened.push({
    repository,
    pull: await github.openPull(repository, { title: 'A pod', branch: `pod-${index}`, files }),
  });
}
console.log(
  `${rate} deliveries a second for ${seconds} s, ${opened.length} pull requests of ${given.repositories} repositories, ${availableParallelism()} cores\n`,
);
console.log(
  'database   workers   answers   p50 ms   p99 ms   refused   reviews/min   oldest s   MB server         MB workers',
);
try {
  await measure('embedded', 0);
  if (hasPostgres()) for (const workers of [1, 2, 4]) await measure('PostgreSQL', workers);
  else console.log('PostgreSQL is not installed: not measured.');
} finally {
  github.violations.length = 0;
  await github.close();
}

/** One row. With `workers`, the server reviews too, and that many processes beside it. */
async function measure(name: 'embedded' | 'PostgreSQL', workers: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-load-'));
  const databases = name === 'PostgreSQL' ? await startPostgres() : undefined;
  const place = await databases?.place();
  const { PATH } = process.env;
  const env = {
    ...{ PATH, ...github.env, PORT: String(await freePort()), LOG_LEVEL: 'fatal' as const },
    ...(place !== undefined && 'url' in place ? { DATABASE_URL: place.url } : { PLIMSOLL_DATA: folder }),
    PLIMSOLL_CONCURRENCY: '1',
    // All repositories hold the same: a cache would spare what is to be measured. PLIMSOLL_CACHE_MAX=512MB measures that.
    PLIMSOLL_CACHE_MAX: process.env.PLIMSOLL_CACHE_MAX ?? '0',
  };
  const started: ChildProcess[] = [];
  const start = async (as: 'server' | 'worker'): Promise<string> => {
    const child = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)), [as], { env });
    started.push(child);
    const [message] = (await once(child, 'message')) as [{ url: string }];
    return message.url;
  };
  try {
    const url = await start('server');
    github.webhookUrl = `${url}/api/github/webhooks`;
    for (let index = 0; index < workers; index += 1) await start('worker');
    const before = completed();
    const begun = performance.now();
    const answers = await deliver();
    const oldest = await gauge(url, 'plimsoll_oldest_job_seconds');
    const minutes = (performance.now() - begun) / 60_000;
    const reviews = (completed() - before) / minutes;
    const taken = answers.filter(({ status }) => status === 202).map(({ milliseconds }) => milliseconds);
    const [server, ...others] = started.map(({ pid }) => peak(pid ?? 0));
    const cells: [string, number][] = [
      [name, -11],
      [String(workers), 7],
      [String(taken.length), 10],
      [quantile(taken, 0.5), 9],
      [quantile(taken, 0.99), 9],
      [String(answers.length - taken.length), 10],
      [reviews.toFixed(0), 14],
      [oldest.toFixed(0), 11],
      [String(server ?? 0), 12],
      [others.join('+') || '-', 19],
    ];
    console.log(cells.map(([text, width]) => (width < 0 ? text.padEnd(-width) : text.padStart(width))).join(''));
  } finally {
    for (const child of started) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await databases?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Answered {
  status: number;
  milliseconds: number;
}

/** Sends at the rate whatever the answers do, each about another pull request. */
async function deliver(): Promise<Answered[]> {
  const answers: Promise<Answered>[] = [];
  const begun = performance.now();
  for (let index = 0; index < seconds * rate; index += 1) {
    await pause(Math.max(0, begun + (index * 1000) / rate - performance.now()));
    const { repository, pull } = opened[index] ?? {};
    if (repository === undefined || pull === undefined) break;
    answers.push(send(repository, pull));
  }
  return Promise.all(answers);
}

async function send(repository: string, pull: Pull): Promise<Answered> {
  const side = ({ ref, sha }: { ref: string; sha: string }) => ({ ref, sha, repo: { full_name: repository } });
  const payload = {
    action: 'opened',
    number: pull.number,
    pull_request: {
      number: pull.number,
      title: pull.title,
      draft: false,
      base: side(pull.base),
      head: side(pull.head),
    },
  };
  const begun = performance.now();
  const { status } = await github
    .deliver('pull_request', payload, { repository, id: randomUUID() })
    .catch(() => ({ status: 0 }));
  return { status, milliseconds: performance.now() - begun };
}

/** How often a check run was completed so far; a later row finds the check runs of an earlier one, and completes them anew. */
function completed(): number {
  let sum = 0;
  for (let index = 0; index < Number(given.repositories); index += 1)
    for (const { completions } of github.checkRuns(`acme/repository-${index}`)) sum += completions;
  return sum;
}

async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

/** High-water mark of a process' own memory, in MB; its git and helm processes are not in it. */
function peak(pid: number): number {
  const kibibytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kibibytes) / 1024);
}

function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}
