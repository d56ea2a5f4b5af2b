/**
 * `npm run test:faults [-- --pulls 1000 --kills 10 --restarts 2 --seed N]`: deliveries while the server is killed, its database
 * restarted, and one in ten of GitHub's answers is an error, a limit, late or lost. Afterwards every pull request's newest head must
 * have exactly one completed check run with the right conclusion, and no comment may stand twice. The seed decides every fault's
 * kind and every kill's moment; it is printed, so that a failed run can be repeated.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemClock } from 'pg-boss';
import { inPool } from '../../src/pool.ts';
import { openDatabase } from '../../src/store/database.ts';
import { depthOf, type Depth } from '../../src/store/depth.ts';
import { startPostgres } from '../support/databases.ts';
import { startGitHub, type GitHub, type Pull } from '../support/github/github.ts';
import { freePort } from '../support/github/start-app.ts';

const { values: given } = parseArgs({
  options: {
    pulls: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '10' },
    restarts: { type: 'string', default: '2' },
    seed: { type: 'string' },
    /** Seconds after which the run counts as failed. */
    limit: { type: 'string', default: '1500' },
  },
});
const count = Number(given.pulls);
const seed = Number(given.seed ?? randomInt(2 ** 31));
const random = mulberry(seed);
const repositories = 20;
/** One pull request in so many gets a second head while the first may be under review, with the other verdict. */
const moving = 8;
const deadline = performance.now() + Number(given.limit) * 1000;

console.log(`seed ${seed}: ${count} pull requests, ${given.kills} kills, ${given.restarts} restarts of the database`);
const github = await startGitHub();
const databases = await startPostgres();
let child: ChildProcess | undefined;
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  child?.kill('SIGKILL');
  await databases.stop();
  github.violations.length = 0;
  await github.close();
}

async function run(): Promise<boolean> {
  const place = await databases.place();
  const database = 'url' in place ? place.url : '';
  const port = String(await freePort());
  const { PATH } = process.env;
  const env = {
    ...{ PATH, ...github.env, PORT: port, LOG_LEVEL: 'fatal' as const, DATABASE_URL: database },
    ...{ PLIMSOLL_LEASE: '10', PLIMSOLL_RECONCILE: '20', PLIMSOLL_PER_REPOSITORY: '4' },
    // Every review renders: what is killed is to be at work.
    PLIMSOLL_CACHE_MAX: '0',
  };
  const start = async (): Promise<void> => {
    for (;;) {
      const begun = fork(fileURLToPath(new URL('server.ts', import.meta.url)), { env });
      child = begun;
      const [message] = (await Promise.race([once(begun, 'message'), once(begun, 'exit')])) as [
        { url: string } | number | null,
      ];
      // It ends at once when the database does not answer, and is started again, as by whatever runs servers.
      if (message === null || typeof message === 'number') continue;
      github.webhookUrl = `${message.url}/api/github/webhooks`;
      begun.once('exit', (code) => {
        if (code === null) return;
        crashed += 1;
        starting = start();
      });
      return;
    }
  };
  let crashed = 0;
  let starting = Promise.resolve();

  const opened = await openAll();
  await start();
  addFaults(github);
  const events = moments(Number(given.kills), 'kill').concat(moments(Number(given.restarts), 'restart'));
  const failed: (() => Promise<unknown>)[] = [];
  let delivered = 0;
  const begun = performance.now();
  for (const one of shuffled(opened)) {
    await deliver(one, 'opened');
    if (one.index % moving === 0) {
      one.expected = one.expected === 'success' ? 'failure' : 'success';
      one.pull = await github.push(one.repository, one.pull, { files: filesOf(one) });
      await deliver(one, 'synchronize');
    }
    delivered += 1;
    for (const { kind } of events.filter(({ at }) => at === delivered)) {
      if (kind === 'restart') databases.restart();
      else {
        await starting;
        child?.kill('SIGKILL');
        await start();
      }
    }
  }
  const accepted = seconds(begun);
  // What GitHub was asked to send again, it sends again; here, all that was not taken.
  for (const send of failed.splice(0)) await send();
  const asked = await openDatabase(place);
  await settled(opened, () => depthOf({ database: asked, clock: systemClock }));
  await asked.close();
  github.faults.length = 0;
  const wrong = opened.map(verdict).filter((one) => one !== undefined);
  console.log(`accepted in ${accepted} s, all reviewed after ${seconds(begun)} s`);
  console.log(
    `lost ${wrong.filter((one) => one.startsWith('lost')).length}, doubled ${wrong.filter((one) => one.startsWith('doubled')).length}, wrong ${wrong.filter((one) => one.startsWith('wrong')).length}, crashed by itself ${crashed}`,
  );
  for (const one of wrong.slice(0, 20)) console.log(`  ${one}`);
  return wrong.length === 0 && crashed === 0;

  async function deliver({ repository, pull }: Opened, action: 'opened' | 'synchronize'): Promise<void> {
    const id = randomUUID();
    const payload = payloadOf(pull, action);
    const send = async (): Promise<void> => {
      const answer = await github.deliver('pull_request', payload, { repository, id }).catch(() => ({ status: 0 }));
      if (answer.status !== 202) failed.push(send);
    };
    await send();
    // One in five is sent twice, as GitHub does now and then.
    if (random() < 0.2) await send();
  }
}

interface Opened {
  index: number;
  repository: string;
  /** As it stands: with its newest head. */
  pull: Pull;
  /** Of the newest head. */
  expected: 'success' | 'failure';
}

function filesOf({ index, expected }: Pick<Opened, 'index' | 'expected'>): Record<string, string> {
  const pod = [
    'apiVersion: v1',
    'kind: Pod',
    `metadata: { name: pod-${index}, namespace: shop }`,
    'spec:',
    `  hostNetwork: ${expected === 'failure'}`,
    '  containers: []',
    '',
  ].join('\n');
  return { [`pod-${index}.yaml`]: pod };
}

async function openAll(): Promise<Opened[]> {
  const names = Array.from({ length: repositories }, (_, index) => `acme/repository-${index}`);
  for (const name of names)
    await github.createRepository(name, { files: { '.github/plimsoll.yml': 'fail-on: high\n' } });
  const opened: Opened[] = [];
  await inPool(
    Array.from({ length: count }, (_, index) => index),
    1,
    async (index) => {
      const repository = names[index % names.length] ?? '';
      const expected = random() < 0.5 ? 'success' : 'failure';
      const pull = await github.openPull(repository, {
        title: `Change ${index}`,
        branch: `change-${index}`,
        files: filesOf({ index, expected }),
      });
      opened.push({ index, repository, pull, expected });
    },
  );
  return opened;
}

function payloadOf(pull: Pull, action: string): object {
  const side = ({ ref, sha }: { ref: string; sha: string }, name: string): object => ({
    ref,
    sha,
    repo: { full_name: name },
  });
  const { number, title, draft, base, head } = pull;
  return {
    action,
    number,
    pull_request: { number, title, draft, base: side(base, head.repository), head: side(head, head.repository) },
  };
}

/** One answer in ten goes wrong. */
function addFaults(on: GitHub): void {
  const one = (share: number) => ({ test: () => random() < share });
  on.faults.push(
    { path: one(0.03), status: 502 },
    {
      path: one(0.02),
      status: 403,
      headers: { 'retry-after': '1' },
      body: { message: 'You have exceeded a secondary rate limit.' },
    },
    { path: one(0.02), delay: 500 },
    { path: one(0.015), cut: 'before' },
    { path: one(0.015), cut: 'after' },
  );
}

/** Waits until all is as it should be and nothing is left that could still change it; or until the deadline. */
async function settled(opened: readonly Opened[], depth: () => Promise<Depth>): Promise<void> {
  while (performance.now() < deadline) {
    const { waiting, running } = await depth();
    if (waiting + running === 0 && opened.every((one) => verdict(one) === undefined)) return;
    await pause(500);
  }
}

/** What is wrong with a pull request's check run or comments; undefined when nothing is. */
function verdict({ repository, pull, expected }: Opened): string | undefined {
  const runs = github.checkRuns(repository, pull.head.sha);
  const place = `${repository}#${pull.number}`;
  const completed = runs.filter(({ status }) => status === 'completed');
  if (completed.length === 0) return `lost ${place}: ${runs.length === 0 ? 'no check run' : 'in progress for ever'}`;
  if (runs.length > 1) return `doubled ${place}: ${runs.length} check runs`;
  const [run] = completed;
  if (run?.conclusion !== expected) return `wrong ${place}: ${run?.conclusion ?? ''} (${run?.title ?? ''})`;
  const threads = github.conversations.threads.filter(
    (thread) => thread.repository === repository && thread.pull === pull.number,
  );
  const said = threads.flatMap(({ path, line, comments }) => comments.map(({ body }) => `${path}:${line} ${body}`));
  if (new Set(said).size < said.length) return `doubled ${place}: a comment stands twice`;
  if (threads.length > 1) return `doubled ${place}: ${threads.length} threads for one finding`;
  // One under the finding, and none that is open without one.
  const open = threads.filter(({ isResolved }) => !isResolved).length;
  if (expected === 'failure' && open === 0) return `lost ${place}: no open comment`;
  return expected === 'success' && open > 0 ? `wrong ${place}: an open comment on what is mended` : undefined;
}

function moments(times: number, kind: 'kill' | 'restart'): { at: number; kind: typeof kind }[] {
  return Array.from({ length: times }, () => ({ at: 1 + Math.floor(random() * count), kind }));
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}

/** A small seeded generator (mulberry32, Tommy Ettinger, public domain): runs must be repeatable. */
function mulberry(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
