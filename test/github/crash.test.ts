/** Every write can be repeated after a crash between any two writes, and a lost answer makes nothing twice. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkIndex } from '../../src/entry/checks.ts';
import { createPerform } from '../../src/github/app.ts';
import type { Command } from '../../src/github/command.ts';
import type { Job, Review } from '../../src/github/job.ts';
import type { Perform } from '../../src/github/queue.ts';
import { createWorkerApp } from '../../src/github/worker-app.ts';
import { unobserved } from '../../src/observe.ts';
import { annotation } from '../support/github/outcome.ts';
import { faultReview } from '../support/github/fault-review.ts';
import { startGitHub, type GitHub, type Pull } from '../support/github/github.ts';
import { impatience } from '../support/github/start-app.ts';
import type { RecordedRequest } from '../support/github/state.ts';

const repository = 'acme/gitops';
let github: GitHub;
let perform: Perform;
let count = 0;

beforeAll(async () => {
  github = await startGitHub({ grant: { contents: 'write' } });
  await github.createRepository(repository, { files: { '.github/plimsoll.yml': '', 'deploy.yaml': 'a: 1\n' } });
  github.allow(repository, 'mona', 'write');
  const review = faultReview(github);
  // Enough annotations for two requests.
  const annotated: Review = async (...of) => {
    const outcome = await review(...of);
    const more = Array.from({ length: 60 }, (_, index) => annotation(index + 1));
    if (outcome.kind === 'report') outcome.rendered.annotations = more;
    return outcome;
  };
  const env = { ...github.env, LOG_LEVEL: 'fatal' } as unknown as NodeJS.ProcessEnv;
  const probot = createWorkerApp(env, { ...impatience, second: 1 });
  const again = (): Promise<void> => Promise.resolve();
  const baseline = (): Promise<boolean> => Promise.resolve(false);
  const { observe } = unobserved;
  perform = createPerform(probot, { review: annotated, baseline, checks: checkIndex, second: 1, again, observe });
});
afterAll(() => github.close());

const faults = (...lines: string[]) => ({ files: { 'deploy.yaml': ['a: 1', ...lines, ''].join('\n') } });

const work = (job: Job): Promise<void> => perform(job, { number: 1, last: true, signal: new AbortController().signal });

function reviewOf(pull: Pull): Job {
  const { number, head, base, title } = pull;
  const place = {
    delivery: `review-${head.sha}`,
    installation: 77,
    owner: 'acme',
    repo: 'gitops',
    pull: number,
    title,
  };
  const sides = { headSha: head.sha, headRef: head.ref, baseSha: base.sha, baseRef: base.ref };
  return { ...place, ...sides, event: 'pull_request', fork: false, draft: false };
}

function commandOf(pull: Pull, command: Command): Job {
  const { id } = github.conversations.comment(repository, pull.number, 'mona', `/plimsoll ${command.name}`);
  const place = { delivery: `command-${id}`, installation: 77, owner: 'acme', repo: 'gitops', pull: pull.number };
  return { ...place, event: 'command', command, author: 'mona', comment: id };
}

/** A pull request with three findings, the comment on one of them deleted, and a second push that fixes two and brings another. */
async function prepared(reviewed: boolean): Promise<Pull> {
  count += 1;
  const open = { title: 'Change', branch: `change-${count}`, ...faults('fault: one', 'fault: two', 'fault: four') };
  const pull = await github.openPull(repository, open);
  if (reviewed) await work(reviewOf(pull));
  const { threads } = github.conversations;
  const deleted = threads.find((thread) => thread.pull === pull.number && thread.line === 4);
  if (deleted !== undefined) github.conversations.remove(deleted);
  return await github.push(repository, pull, faults('fix: one', 'fault: two', 'fault: three'));
}

/** GraphQL asks by POST too. */
function isWrite({ method, path, body }: RecordedRequest): boolean {
  return method !== 'GET' && (path !== '/api/graphql' || (body as { query: string }).query.startsWith('mutation'));
}

/** All that stands on GitHub about a pull request, without what differs between two that are alike. */
async function standing(number: number): Promise<unknown> {
  const { head } = github.pull(repository, number);
  const plain = (text: string): string =>
    text.replaceAll(/[0-9a-f]{7,40}/g, 'ID').replaceAll(/\b\d{10}\b|#\d+|pull\/\d+/g, 'N');
  const of = github.conversations;
  const proposed = github
    .pulls(repository)
    .flatMap(({ body }) => (body?.includes(`#${number}.`) === true ? plain(body) : []));
  return {
    runs: github
      .checkRuns(repository, head.sha)
      .map(({ status, conclusion, title, summary, annotations, actions }) => ({
        ...{ status, conclusion, title, annotations, actions },
        summary: plain(summary),
      })),
    threads: of.threads
      .filter(({ pull }) => pull === number)
      .map(({ line, isResolved, comments }) => ({
        line,
        isResolved,
        comments: comments.map(({ body }) => plain(body)),
      })),
    reviews: of.reviews.filter(({ pull }) => pull === number).map(({ body }) => body.replaceAll(/`\w{7}`/g, '`ID`')),
    comments: of.comments
      .filter(({ pull }) => pull === number)
      .map(({ body, reactions }) => ({ body: plain(body), reactions })),
    text: (await github.forge.read(repository, head.sha, 'deploy.yaml'))?.toString(),
    commits: await github.forge.count(repository, `main..${head.sha}`),
    proposed,
  };
}

// A command finds nothing in threads, so none are made before it.
describe.each<[string, boolean, (pull: Pull) => Job]>([
  ['a review', true, reviewOf],
  ['/plimsoll fix', false, (pull) => commandOf(pull, { name: 'fix' })],
  ['/plimsoll waive', false, (pull) => commandOf(pull, { name: 'waive', check: 'two', reason: 'needed' })],
])('%s', (_, reviewed, jobOf) => {
  let expected: unknown;
  /** Places of the writes among the requests: what stands on GitHub changes only by them. */
  let writes: number[];

  beforeAll(async () => {
    const pull = await prepared(reviewed);
    const before = github.requests.length;
    await work(jobOf(pull));
    writes = github.requests.slice(before).flatMap((request, index) => (isWrite(request) ? [index] : []));
    expected = await standing(pull.number);
  });

  test('cut off before any write and done again, leaves the same', async () => {
    for (const after of writes) {
      const pull = await prepared(reviewed);
      const job = jobOf(pull);
      github.faults.push({ path: /./, after, cut: 'before' });
      await work(job).catch(() => undefined);
      github.faults.length = 0;
      await work(job);
      expect({ after, standing: await standing(pull.number) }).toEqual({ after, standing: expected });
    }
  }, 240_000);

  test('of which the answer to any write is lost, leaves the same', async () => {
    for (const after of writes) {
      const pull = await prepared(reviewed);
      github.faults.push({ path: /./, after, cut: 'after', times: 1 });
      await work(jobOf(pull));
      github.faults.length = 0;
      expect({ after, standing: await standing(pull.number) }).toEqual({ after, standing: expected });
    }
  }, 240_000);
});
