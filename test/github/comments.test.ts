import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Serving } from '../../src/entry/server.ts';
import { faultReview } from '../support/github/fault-review.ts';
import { startGitHub, type GitHub, type Pull, type Thread } from '../support/github/github.ts';
import { impatience, startApp } from '../support/github/start-app.ts';

const repository = 'acme/gitops';
let github: GitHub;
let app: Serving;

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepository(repository, {
    files: { '.github/plimsoll.yml': '', 'deploy.yaml': 'fault: old\n' },
  });
  app = await startApp(github, { review: faultReview(github) });
});
afterEach(async () => {
  await app.stop();
  await github.close();
});

const faults = (...lines: string[]): { files: Record<string, string> } => ({
  files: { 'deploy.yaml': ['fault: old', ...lines, ''].join('\n') },
});

async function opened(commit: object, more: object = {}): Promise<Pull> {
  const pull = await github.openPull(repository, { title: 'Change', branch: 'change', ...commit, ...more });
  await announced(pull, 'opened');
  return pull;
}

async function pushed(pull: Pull, commit: object): Promise<Pull> {
  const moved = await github.push(repository, pull, commit);
  await announced(moved, 'synchronize');
  return moved;
}

async function announced(pull: Pull, action: string, more: object = {}): Promise<void> {
  await github.announce(repository, pull, action, more);
  await app.queue?.idle();
}

const threads = (): Thread[] => github.conversations.threads;
const reviews = (): unknown[] => github.conversations.reviews;

describe('a review', () => {
  test('holds a comment for each introduced finding on a line of the diff, with the fix to commit', async () => {
    await opened(faults('fault: one', 'fault: stubborn-two'));
    expect(reviews()).toEqual([expect.objectContaining({ event: 'COMMENT', pull: 1 })]);
    expect(threads()).toMatchObject([
      { path: 'deploy.yaml', line: 2, isResolved: false },
      { path: 'deploy.yaml', line: 3, isResolved: false },
    ]);
    expect(threads()[0]?.comments[0]?.body).toMatch(/^<!-- plimsoll:finding [0-9a-f]{32} -->\n/);
    expect(threads()[0]?.comments[0]?.body).toContain('```suggestion\nfix: one\n```');
    expect(threads()[1]?.comments[0]?.body).not.toContain('```suggestion');
  });

  test('is not written for a finding that was there before, nor for a pull request without findings', async () => {
    await opened({ files: { 'deploy.yaml': 'fault: old\nharmless: true\n' } });
    expect(reviews()).toEqual([]);
    expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'success' }]);
  });

  test.each([
    ['review: false', 0],
    ['comments: "off"', 0],
    ['comments: suggestions', 1],
    ['fail-on: critical', 0],
  ])('follows the setting %s', async (settings, count) => {
    await github.forge.commit(repository, { branch: 'main', files: { '.github/plimsoll.yml': settings } });
    await opened(faults('fault: one', 'fault: stubborn-two'));
    expect(threads()).toHaveLength(count);
  });

  test('holds 30 comments at most; the check run names the rest', async () => {
    await opened(faults(...Array.from({ length: 33 }, (_, index) => `fault: f${index}`)));
    expect(threads()).toHaveLength(30);
    const [run] = github.checkRuns(repository);
    expect(run?.summary).toContain('A review holds at most 30 comments (`comment-limit`). 3 findings beyond that');
    expect(run?.annotations).toHaveLength(33);
  });

  test('of a draft waits until the draft is ready', async () => {
    const draft = await opened(faults('fault: one'), { draft: true });
    expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'failure' }]);
    expect(threads()).toEqual([]);
    await announced({ ...draft, draft: false }, 'ready_for_review');
    expect(threads()).toHaveLength(1);
  });

  test('of which GitHub refuses one line still holds the others', async () => {
    github.faults.push({
      method: 'POST',
      path: /reviews$/,
      status: 422,
      times: 1,
      body: { message: 'Unprocessable Entity' },
    });
    await opened(faults('fault: one', 'fault: two'));
    expect(threads().map(({ line }) => line)).toEqual([2, 3]);
  });

  test('that cannot be written does not keep the check run from its end', async () => {
    github.faults.push({
      method: 'POST',
      path: /graphql/,
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    });
    await opened(faults('fault: one'));
    expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'failure', completions: 1 }]);
    expect(github.checkRuns(repository)[0]?.summary).toContain(
      'Review comments could not be written (GitHub answered 403)',
    );
  });
});

test('A conversation that is locked keeps the comments out, and nothing is tried again for it.', async () => {
  await app.stop();
  // A second try would wait for minutes.
  app = await startApp(github, { review: faultReview(github), retries: 2 });
  github.faults.push({ method: 'POST', path: /reviews$/, status: 403, body: { message: 'Conversation is locked.' } });
  await opened(faults('fault: one'));
  expect(github.checkRuns(repository)).toMatchObject([{ conclusion: 'failure', completions: 1 }]);
  expect(threads()).toEqual([]);
});

describe('on the next push', () => {
  test('nothing is said twice, also when the lines have moved', async () => {
    const pull = await opened(faults('fault: one'));
    await pushed(pull, faults('a: 1', 'b: 2', 'fault: one'));
    expect(reviews()).toHaveLength(1);
    expect(threads()).toHaveLength(1);
    expect(threads()[0]?.comments).toHaveLength(1);
  });

  test('the thread of a fixed finding is answered once and resolved', async () => {
    const pull = await opened(faults('fault: one', 'fault: two'));
    const second = await pushed(pull, faults('fix: one', 'fault: two'));
    await pushed(second, faults('fix: one', 'fault: two', 'c: 3'));
    const [one, two] = threads();
    expect(one).toMatchObject({ isResolved: true, resolvedBy: 'plimsoll' });
    expect(one?.comments).toHaveLength(2);
    expect(one?.comments[1]?.body).toContain('This pull request does not introduce it any more.');
    expect(one?.comments[1]?.body).toContain(second.head.sha.slice(0, 7));
    expect(two).toMatchObject({ isResolved: false });
    expect(two?.comments).toHaveLength(1);
  });

  test('a thread in which a person wrote last is answered once and left open', async () => {
    const pull = await opened(faults('fault: one'));
    github.conversations.reply(threads()[0]!, 'mona', 'Is this really a fault?');
    const second = await pushed(pull, faults('fix: one'));
    await announced(second, 'reopened');
    expect(threads()[0]).toMatchObject({ isResolved: false });
    expect(threads()[0]?.comments.map(({ author }) => author)).toEqual(['plimsoll', 'mona', 'plimsoll']);
    expect(threads()[0]?.comments[2]?.body).toContain('Left open');
  });

  test('a finding whose thread a person resolved stays dismissed, and still fails the check', async () => {
    const pull = await opened(faults('fault: one'));
    github.conversations.resolve(threads()[0]!, 'mona');
    const second = await pushed(pull, faults('a: 1', 'fault: one'));
    expect(threads()).toHaveLength(1);
    expect(threads()[0]).toMatchObject({ isResolved: true, resolvedBy: 'mona' });
    expect(threads()[0]?.comments).toHaveLength(1);
    expect(github.checkRuns(repository, second.head.sha)).toMatchObject([{ conclusion: 'failure' }]);
  });

  test('a finding whose comment a person deleted is dismissed, also when others had answered it', async () => {
    const pull = await opened(faults('fault: one', 'fault: two', 'fault: three'));
    const [one, two] = threads();
    github.conversations.reply(two!, 'mona', 'Not here, please.');
    for (const each of [one!, two!]) github.conversations.remove(each);
    const second = await pushed(pull, faults('a: 1', 'fault: one', 'fault: two', 'fault: three'));
    expect(reviews()).toHaveLength(1);
    expect(threads().map(({ line, comments }) => [line, comments.map(({ author }) => author)])).toEqual([
      [3, ['mona']],
      [4, ['plimsoll']],
    ]);
    expect(github.checkRuns(repository, second.head.sha)).toMatchObject([{ conclusion: 'failure' }]);
    expect(github.checkRuns(repository, second.head.sha)[0]?.annotations).toHaveLength(3);
  });

  test('a finding whose comment was deleted gets a new one only when it was fixed and introduced again', async () => {
    const pull = await opened(faults('fault: one', 'fault: two'));
    github.conversations.remove(threads()[0]!);
    const second = await pushed(pull, faults('fix: one', 'fault: two'));
    expect(github.conversations.reviews[0]?.body).toMatch(/^<!-- plimsoll:posted [0-9a-f]{32} -->\n2 findings/);
    const third = await pushed(second, faults('fault: one', 'fault: two'));
    expect(threads().map(({ line }) => line)).toEqual([3, 2]);
    github.conversations.remove(threads()[1]!);
    await pushed(third, faults('a: 1', 'fault: one', 'fault: two'));
    expect(threads().map(({ line }) => line)).toEqual([3]);
  });

  test('a finding that comes back after it was fixed gets a new thread', async () => {
    const pull = await opened(faults('fault: one'));
    const second = await pushed(pull, faults('fix: one'));
    await pushed(second, faults('a: 1', 'fault: one'));
    expect(threads().map(({ isResolved, line }) => [isResolved, line])).toEqual([
      [true, 2],
      [false, 3],
    ]);
  });

  test('a thread a person opened again after it was fixed is left as it is', async () => {
    const pull = await opened(faults('fault: one'));
    const second = await pushed(pull, faults('fix: one'));
    github.conversations.unresolve(threads()[0]!);
    await pushed(second, faults('fix: one', 'b: 1'));
    expect(threads()[0]).toMatchObject({ isResolved: false });
    expect(threads()[0]?.comments).toHaveLength(2);
  });

  test('what could not be judged counts as fixed by nobody', async () => {
    const pull = await opened(faults('fault: one'));
    await pushed(pull, faults('broken: one'));
    expect(threads()[0]).toMatchObject({ isResolved: false });
    expect(threads()[0]?.comments).toHaveLength(1);
  });

  test('a finding that was waived on the base is answered with the reason', async () => {
    const pull = await opened(faults('fault: one'));
    const settings = 'waivers:\n  - check: one\n    reason: "Needed <img src=x> @mona"\n';
    await github.forge.commit(repository, { branch: 'main', files: { '.github/plimsoll.yml': settings } });
    await pushed(pull, faults('fault: one', 'b: 2'));
    expect(threads()[0]).toMatchObject({ isResolved: true });
    expect(threads()[0]?.comments[1]?.body).toContain('Waived: Needed \\<img src\\=x\\>');
    expect(threads()[0]?.comments[1]?.body).not.toContain('@mona');
  });

  test('our marks in a stranger’s comment mean nothing', async () => {
    const pull = await opened(faults('fault: one'));
    const body = threads()[0]?.comments[0]?.body ?? '';
    const posted = github.conversations.reviews[0]?.body ?? '';
    threads().length = 0;
    github.conversations.reviews.length = 0;
    github.conversations.review(
      { repository, pull: 1, author: 'mallory', commit: pull.head.sha },
      { event: 'COMMENT', body: posted, comments: [{ path: 'deploy.yaml', line: 2, body }] },
    );
    await pushed(pull, faults('fault: one', 'b: 2'));
    expect(threads().map(({ comments }) => comments[0]?.author)).toEqual(['mallory', 'plimsoll']);
  });

  test('a force push that drops the change resolves its thread', async () => {
    const pull = await opened(faults('fault: one'));
    await pushed(pull, { ...faults('harmless: 1'), restart: true, from: 'refs/heads/main' });
    expect(threads()[0]).toMatchObject({ isResolved: true });
  });
});

describe('GitHub asking for patience', () => {
  test.each([
    ['a review', { method: 'POST', path: /reviews$/, status: 403 }],
    ['a review, by the newer status', { method: 'POST', path: /reviews$/, status: 429 }],
    ['threads', { method: 'POST', path: /graphql/, status: 403 }],
    ['an answer', { method: 'POST', path: /replies$/, status: 403 }],
  ])('for %s is waited for as long as it says, and nothing is written twice', async (_, fault) => {
    const pull = await opened(faults('fault: one'));
    const body = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };
    github.faults.push({ ...fault, headers: { 'retry-after': '6' }, body, times: 1 });
    await pushed(pull, faults('fix: one', 'fault: two'));
    const refused = github.requests.findIndex(({ status }) => status === fault.status);
    const { path, at } = github.requests[refused]!;
    const again = github.requests.slice(refused + 1).find((request) => request.path === path)!;
    expect(again.at - at).toBeGreaterThanOrEqual(6 * impatience.second);
    expect(threads().map(({ isResolved, comments }) => [isResolved, comments.length])).toEqual([
      [true, 2],
      [false, 1],
    ]);
  });
});

test('More threads than one page holds are all known.', async () => {
  await github.forge.commit(repository, { branch: 'main', files: { '.github/plimsoll.yml': 'comment-limit: 100' } });
  const lines = Array.from({ length: 70 }, (_, index) => `fault: f${index}`);
  const pull = await opened(faults(...lines));
  await pushed(pull, faults('a: 1', ...lines));
  expect(threads()).toHaveLength(70);
  expect(reviews()).toHaveLength(1);
});
